// pnpm test:node-cache -- [-k PATTERN] [-j JOBS] [--seen RECORDING] [--write]: all recorded cases of node-cache against the agent.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = 'usage: pnpm test:node-cache -- [-k PATTERN] [-j JOBS] [--seen RECORDING] [--write]\n';

const args = process.argv.slice(2).filter((word) => word !== '--');
const options = {
  cases: { type: 'string', short: 'k', default: '.' },
  jobs: { type: 'string', short: 'j', default: '6' },
  seen: { type: 'string' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean' },
};

const read = () => {
  try {
    const { values } = parseArgs({ args, options });
    return /^[1-9]\d*$/.test(values.jobs) && values.help !== true ? values : undefined;
  } catch {
    return undefined;
  }
};

const values = read();
if (values === undefined) {
  process.stderr.write(USAGE);
  process.exit(args.includes('--help') ? 0 : 2);
}

const env = {
  ...process.env,
  NODE_CACHE_CASES: values.cases,
  NODE_CACHE_JOBS: values.jobs,
  ...(values.seen === undefined ? {} : { NODE_CACHE_SEEN: values.seen }),
  ...(values.write ? { NODE_CACHE_WRITE: 'yes' } : {}),
};
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const test = 'packages/dns-cache/test/node-cache/node-cache.long.test.ts';
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.long.config.ts', '--project', 'dns-cache', test], { cwd: root, env, stdio: 'inherit' });
process.exit(status ?? 1);
