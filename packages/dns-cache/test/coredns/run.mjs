// pnpm referee:coredns -- --help
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

// From the sources, as tests run: with Vite's reader of TypeScript, and without a test runner around it.
const conditions = ['@nodelocal/source'];
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const vite = await createViteServer({
  root,
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  resolve: { conditions },
  ssr: { resolve: { conditions } },
});
try {
  const { start } = await vite.ssrLoadModule('/packages/dns-cache/test/coredns/referee/start.ts');
  process.exitCode = await start(process.argv.slice(2));
} finally {
  await vite.close();
}
