// pnpm test:fresh [-- --seed S]: the suite, and what takes longer, with other inputs than it has for everybody.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = 'usage: pnpm test:fresh [-- --seed S]\n';
const SEED_MAX = 2 ** 31;

const read = () => {
  try {
    const args = process.argv.slice(2).filter((word) => word !== '--');
    const { values } = parseArgs({ args, options: { seed: { type: 'string' }, help: { type: 'boolean' } } });
    return values.help !== true && /^\d{1,10}$/.test(values.seed ?? '0') ? values : undefined;
  } catch {
    return undefined;
  }
};

const values = read();
if (values === undefined) {
  const isHelp = process.argv.includes('--help');
  (isHelp ? process.stdout : process.stderr).write(USAGE);
  process.exit(isHelp ? 0 : 2);
}

const seed = values.seed ?? String(Date.now() % SEED_MAX);
const env = { ...process.env, PROPERTY_SEED: seed, DNS_FUZZ_SEED: seed, KERNEL_SEED: seed };
const root = fileURLToPath(new URL('..', import.meta.url));
const run = (...words) => spawnSync('npx', ['vitest', 'run', ...words], { cwd: root, env, stdio: 'inherit' }).status;
const status = Math.max(...[run(), run('--config', 'vitest.long.config.ts')].map((code) => code ?? 1));
process.stdout.write(`seed ${seed}: pnpm test:fresh -- --seed ${seed} asks the same again\n`);
if (status !== 0) {
  process.stdout.write(
    'Keep what it found: fast-check prints the smallest counterexample, which becomes a test of its own beside the property;\n' +
      'a case of the live kernel prints its line for packages/netfilter-sim/test/kernel/regressions.jsonl.\n',
  );
}
process.exit(status);
