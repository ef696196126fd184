// pnpm test:kernel -- --seconds N [--seed S] [--path P]: the referee for as long as one likes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = 'usage: pnpm test:kernel -- --seconds N [--seed S] [--path P]\n';

const args = process.argv.slice(2).filter((word) => word !== '--');
const options = { seconds: { type: 'string', default: '600' }, seed: { type: 'string' }, path: { type: 'string' }, help: { type: 'boolean' } };

const read = () => {
  try {
    const { values } = parseArgs({ args, options });
    const numbers = [values.seconds, values.seed].every((value) => value === undefined || /^\d+$/.test(value));
    return numbers && values.help !== true ? values : undefined;
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

const { seconds, seed = String(Date.now() % 2 ** 31), path } = values;
const env = {
  ...process.env,
  KERNEL_SECONDS: seconds,
  KERNEL_SEED: seed,
  ...(path === undefined ? {} : { KERNEL_PATH: path }),
};
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const test = 'packages/netfilter-sim/test/kernel/referee.long.test.ts';
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.long.config.ts', '--project', 'netfilter-sim', test], { cwd: root, env, stdio: 'inherit' });
process.exit(status ?? 1);
