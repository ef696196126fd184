import type { Run } from '../command.ts';

/** Milliseconds that `ip` may need. */
const IP_MS = 10_000;

/** Those that the kernel would not deliver here, by an address or by a route; none where `ip` does not tell. */
export const notLocal = async (run: Run, addresses: readonly string[]): Promise<readonly string[]> => {
  const told = await run({ argv: ['ip', '-force', '-batch', '-'], stdin: addresses.map((address) => `route get ${address}\n`).join(''), timeLimitMs: IP_MS });
  // One that has no route at all is an error of that line; the others are answered.
  if (told.kind !== 'done' && told.kind !== 'failed') return [];
  const answered = told.stdout.split('\n').filter((line) => /^\S/.test(line));
  if (answered.length === 0) return [];
  const local = new Set(answered.flatMap((line) => /^local (\S+) /.exec(line)?.[1] ?? []));
  return addresses.filter((address) => !local.has(address));
};
