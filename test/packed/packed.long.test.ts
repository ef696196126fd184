import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocks } from '../documents.ts';
import type { Packed } from './packages.ts';
import { newProject, pack, PACKAGES, programNamed, runIn } from './packages.ts';
import { pathsOf, walk } from './paths.ts';
import { onServer, whyNoServer } from './server.ts';

const CHROMIUM = programNamed('chromium');
const SERVER = whyNoServer();
const browserNote = CHROMIUM === undefined ? ' (skipped: needs chromium)' : '';

const PROGRAM = `
import { parsePacket, readNode, run, seededChance, arriving } from '@nodelocal/netfilter-sim';
import { createNameServer, parseCorefile } from '@nodelocal/dns-cache';
import { createAnswerCache } from '@nodelocal/dns-cache/engine';
import { encodeQuery, encodeResponse } from '@nodelocal/dns-cache/message';
import { CATALOGUE } from '@nodelocal/scenarios';

const node = readNode({ folder: 'pasted', contents: { 'iptables-save.txt': '*raw\\n:PREROUTING ACCEPT [0:0]\\n-A PREROUTING -p udp --dport 53 -j DROP\\nCOMMIT\\n', 'ip-addr.json': JSON.stringify([{ ifindex: 2, ifname: 'eth0', flags: ['UP'], addr_info: [{ family: 'inet', local: '10.0.0.1', prefixlen: 24 }] }]) }, others: [] });
const journey = run(node.host, node.state, arriving(parsePacket('eth0: udp 10.0.0.2:4000 > 10.0.0.1:53').packet, 'eth0'), seededChance(1));

const cache = createAnswerCache();
const query = encodeQuery({ id: 1, name: 'example.org.', type: 'A' });
cache.keep(query, encodeResponse({ id: 1, question: { name: 'example.org.', type: 'A' }, answers: [{ name: 'example.org.', type: 'A', ttlSeconds: 60, data: { kind: 'address', address: '192.0.2.1' } }] }), 0);

const server = createNameServer({ corefile: parseCorefile('. {\\n  whoami\\n}\\n'), port: 53, readFile: () => '', random: () => 0.5 });
export const told: readonly string[] = [journey.outcome.kind, cache.answer(query, 1000).kind, server.served.join(), String(CATALOGUE.length > 30)];
`;

describe('packages as they are published', () => {
  let packed: Packed;
  let project = '';
  beforeAll(() => {
    packed = pack(PACKAGES);
    project = newProject(packed, 'all', 'vitest', 'fast-check');
  }, 900_000);
  afterAll(() => packed.end());

  it.each(PACKAGES)('%s has what it needs, and nothing else', (name) => {
    const files = packed.list(name);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts']));
    expect(files.filter((file) => /tsbuildinfo|^(?:src|test|node_modules)\//.test(file))).toEqual([]);
    // Each map carries the source that it is about.
    const maps = files.filter((file) => file.endsWith('.map'));
    expect(maps.filter((file) => !(JSON.parse(packed.read(name, file)) as { readonly sourcesContent?: readonly string[] }).sourcesContent?.every((text) => text !== ''))).toEqual([]);
    const manifest = packed.read(name, 'package.json');
    expect(manifest).not.toMatch(/catalog:|workspace:|@nodelocal\/source|\.\/src\//);
    expect(JSON.parse(manifest)).toMatchObject({ license: 'Apache-2.0', repository: { directory: `packages/${name}` }, keywords: expect.any(Array), exports: { './package.json': './package.json' } });
  });

  it.each(PACKAGES)('%s: publint and are-the-types-wrong have nothing to say', async (name) => {
    const data = readFileSync(packed.tarballs[name]);
    const { messages, pkg } = await publint({ pkgDir: join(packed.folder, name, 'package'), level: 'suggestion' });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    const { problems = [] } = (await checkPackage(createPackageFromTarballData(data))) as { readonly problems?: readonly { readonly kind: string; readonly resolutionKind?: string }[] };
    // ES modules alone, and `exports`, which older resolutions do not read.
    expect(problems.filter(({ kind, resolutionKind }) => kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10')).toEqual([]);
  });

  it('pnpm makes the same of them', () => {
    const name = 'scenarios';
    const other = pack([name], ['npx', '--yes', 'pnpm@10', 'pack']);
    try {
      expect(other.list(name).toSorted()).toEqual(packed.list(name).toSorted());
      expect(JSON.parse(other.read(name, 'package.json'))).toEqual(JSON.parse(packed.read(name, 'package.json')));
    } finally {
      other.end();
    }
  }, 900_000);

  it('JavaScript imports them, and every subpath', () => {
    const subpaths = PACKAGES.flatMap((name) => Object.keys((JSON.parse(packed.read(name, 'package.json')) as { readonly exports: object }).exports).map((path) => `@nodelocal/${name}${path.slice(1)}`));
    writeFileSync(join(project, 'program.mjs'), `${PROGRAM.replace(': readonly string[]', '')}\nconsole.log(told.join(' '));`);
    expect(runIn(project, 'node', 'program.mjs')).toBe('dropped hit .:53 true\n');
    const importable = subpaths.filter((path) => !path.endsWith('/package.json') && !path.endsWith('/vitest'));
    writeFileSync(join(project, 'all.mjs'), `for (const name of ${JSON.stringify(importable)}) if (Object.keys(await import(name)).length === 0) throw new Error(name);`);
    runIn(project, 'node', 'all.mjs');
    expect(importable.length).toBeGreaterThanOrEqual(11);
  });

  it('the first program of each README runs as it is written', () => {
    for (const name of PACKAGES) {
      const [program = ''] = blocks(packed.read(name, 'README.md'), 'ts');
      writeFileSync(join(project, `readme-${name}.ts`), program);
    }
    writeFileSync(join(project, 'readme.test.ts'), `import { test } from 'vitest';\ntest.each(${JSON.stringify(PACKAGES)})('%s', async (name) => void (await import(\`./readme-\${name}.ts\`)));\n`);
    expect(runIn(project, 'npx', 'vitest', 'run')).toMatch(/Tests +3 passed/);
  });

  it('their programs run', () => {
    for (const name of PACKAGES) {
      expect(runIn(project, join('node_modules/.bin', name), '--version')).toMatch(new RegExp(`^${name}-\\d+\\.\\d+\\.\\d+\\n$`));
      expect(runIn(project, join('node_modules/.bin', name), '--help')).toMatch(/^Usage: /);
    }
    expect(runIn(project, 'node_modules/.bin/scenarios', 'run', 'intercepted')).toContain('10.96.0.10');
  });

  it.each([
    ['5.4.5', 'nodenext'],
    ['5.9.3', 'nodenext'],
    ['5.9.3', 'bundler'],
    ['7.0.2', 'nodenext'],
    ['7.0.2', 'bundler'],
  ])('TypeScript %s resolves their types by %s', (version, resolution) => {
    const folder = join(project, `typed-${version}-${resolution}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, noEmit: true, target: 'es2022', lib: ['es2023', 'dom'], types: [], module: resolution === 'bundler' ? 'esnext' : 'nodenext', moduleResolution: resolution, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true } }));
    runIn(folder, 'npx', '--yes', '--package', `typescript@${version}`, 'tsc', '-p', '.');
  }, 900_000);

  it('the libraries do without what is optional', () => {
    const bare = newProject(packed, 'bare', '--omit=optional');
    writeFileSync(join(bare, 'program.mjs'), `${PROGRAM.replace(': readonly string[]', '')}\nconsole.log(told.join(' '));`);
    expect(runIn(bare, 'node', 'program.mjs')).toBe('dropped hit .:53 true\n');
    expect(runIn(bare, 'node_modules/.bin/dns-cache', '--version')).toMatch(/^dns-cache-/);
    expect(() => runIn(bare, 'node', '-e', "require.resolve('koffi')")).toThrow(/Cannot find module/);
  }, 900_000);

  it('a bundle that takes nothing but races of them has what these need', async () => {
    const program = `import { exploreRace, flightFrom, newHostState, newRaceWorld, readNode } from '@nodelocal/netfilter-sim';
const { host } = readNode({ folder: 'node', contents: { 'iptables-save.txt': '*nat\\n:PREROUTING ACCEPT [0:0]\\n:INPUT ACCEPT [0:0]\\n:OUTPUT ACCEPT [0:0]\\n:POSTROUTING ACCEPT [0:0]\\n-A OUTPUT -p udp -j DNAT --to-destination 127.0.0.2\\nCOMMIT\\n' } });
const flights = [1, 2].map(() => flightFrom(host, 'local: udp 127.0.0.1:1 > 127.0.0.1:2', { kind: 'unknown' }));
console.log(exploreRace(host, newRaceWorld(newHostState(), flights)).schedules);`;
    writeFileSync(join(project, 'race.mjs'), program);
    await build({ entryPoints: [join(project, 'race.mjs')], bundle: true, format: 'esm', platform: 'node', outfile: join(project, 'race-bundle.mjs') });
    expect(Number(runIn(project, 'node', 'race-bundle.mjs'))).toBeGreaterThan(70);
  });

  it.skipIf(SERVER !== undefined)(`a stranger gets from the READMEs to tests that fail and then pass, and to a server of his own${SERVER ?? ''}`, async () => {
    const [rules = [], race = []] = pathsOf(packed.read('netfilter-sim', 'README.md'), 'First steps');
    const [server = []] = pathsOf(packed.read('dns-cache', 'README.md'), 'First steps');
    const walked = await Promise.all([walk(packed, 'rules', rules, onServer), walk(packed, 'race', race), walk(packed, 'server', server)]);
    expect(walked.map(({ output, ...rest }) => ({ ...rest, output: rest.missing.length === 0 && rest.codes.length > 1 ? '' : output }))).toEqual([
      { codes: [0, 0, 1, 0], missing: [], output: '' },
      { codes: [0, 1, 0], missing: [], output: '' },
      { codes: [0, 0], missing: [], output: '' },
    ]);
  }, 900_000);

  it.skipIf(CHROMIUM === undefined)(`a browser runs them as esbuild bundles them${browserNote}`, async () => {
    writeFileSync(join(project, 'browser.mjs'), `${PROGRAM.replace(': readonly string[]', '')}\ndocument.title = told.join(' ');`);
    const { outputFiles: [bundle] } = await build({ entryPoints: [join(project, 'browser.mjs')], bundle: true, format: 'esm', platform: 'browser', write: false });
    const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(`<!doctype html><script type="module">${bundle?.text.replaceAll('</script', String.raw`<\/script`)}</script>`));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction("document.title !== ''", undefined, { timeout: 30_000 }).catch(() => undefined);
      expect([await page.title(), errors]).toEqual(['dropped hit .:53 true', []]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
