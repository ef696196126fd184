// pnpm test:node-cache -- --help
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `usage: pnpm test:node-cache -- [-k PATTERN] [-j JOBS] [--kernel DIR] [--keep FILE | --seen FILE] [--write]

All recorded cases of node-cache against the agent, or those whose names fit PATTERN.
  -j JOBS       so many at once, 6 if nothing is said
  --kernel DIR  in this kernel, booted under emulation (a tenth of the speed): ../shared/tools/get-kernel.sh fetches one, and
                boot-kernel.sh there says what it needs. The cases of that kernel: -k '^d'
  --keep FILE   keeps what is recorded
  --seen FILE   judges that, and records nothing
  --write       writes into explained.json what is otherwise than it says, to be looked at
`;

const args = process.argv.slice(2).filter((word) => word !== '--');
const options = {
  cases: { type: 'string', short: 'k', default: '.' },
  jobs: { type: 'string', short: 'j', default: '6' },
  kernel: { type: 'string' },
  keep: { type: 'string' },
  seen: { type: 'string' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean' },
};

/** What is written in a booted kernel is gone with it. */
const isSensible = ({ kernel, seen, write }) => kernel === undefined || (seen === undefined && !write);

const read = () => {
  try {
    const { values } = parseArgs({ args, options });
    return /^[1-9]\d*$/.test(values.jobs) && values.help !== true && isSensible(values) ? values : undefined;
  } catch {
    return undefined;
  }
};

const values = read();
if (values === undefined) {
  const isHelp = args.includes('--help');
  (isHelp ? process.stdout : process.stderr).write(USAGE);
  process.exit(isHelp ? 0 : 2);
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const { cases, jobs, kernel, keep, seen, write } = values;
const keptAt = keep === undefined ? undefined : resolve(keep);
const settings = {
  NODE_CACHE_CASES: cases,
  NODE_CACHE_JOBS: jobs,
  ...(keptAt === undefined ? {} : { NODE_CACHE_KEEP: kernel === undefined ? keptAt : join('/out', basename(keptAt)) }),
  ...(seen === undefined ? {} : { NODE_CACHE_SEEN: resolve(seen) }),
  ...(write ? { NODE_CACHE_WRITE: 'yes' } : {}),
  // There all are late.
  ...(kernel === undefined ? {} : { NODE_CACHE_AGAIN: '0' }),
};
const test = 'packages/dns-cache/test/node-cache/node-cache.long.test.ts';
const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.long.config.ts', '--project', 'dns-cache', test];
/** There only the words of a command are taken along. */
const booted = ['bash', join(root, '../shared/tools/boot-kernel.sh'), kernel, 'env', ...Object.entries(settings).map(([name, value]) => `${name}=${String(value)}`), ...vitest];
const [program, ...words] = kernel === undefined ? vitest : booted;
const out = keptAt === undefined ? {} : { OUT: dirname(keptAt) };
const { status } = spawnSync(program, words, { cwd: root, env: { ...process.env, ...settings, ...out }, stdio: 'inherit' });
process.exit(status ?? 1);
