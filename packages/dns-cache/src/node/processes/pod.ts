import process from 'node:process';
import { failureText } from '../command.ts';
import type { AskedAddress } from '../readiness/readiness.ts';
import { runCommand } from '../system/run.ts';
import { askLocally } from './ask-local.ts';

/** What a process is told that lives in a network namespace of its own, and what it says. */
export type ToPod =
  | { readonly kind: 'begin'; readonly batch: string }
  | { readonly kind: 'ask'; readonly addresses: readonly string[]; readonly port: number };

export type FromPod =
  | { readonly kind: 'there' | 'begun' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'asked'; readonly addresses: readonly AskedAddress[] };

const IP_MS = 5000;

/** A process that asks as a pod, until whoever started it is gone. */
export const runPod = (): void => {
  const tell = (message: FromPod): void => {
    if (process.connected) process.send?.(message);
  };
  const hear = async (message: ToPod): Promise<void> => {
    switch (message.kind) {
      case 'begin': {
        const told = await runCommand({ argv: ['ip', '-batch', '-'], stdin: message.batch, timeLimitMs: IP_MS });
        tell(told.kind === 'done' ? { kind: 'begun' } : { kind: 'failed', reason: failureText(told) });
        return;
      }
      case 'ask':
        tell({ kind: 'asked', addresses: await askLocally(message.addresses, message.port) });
    }
  };
  process.on('message', (message: ToPod) => void hear(message));
  process.on('disconnect', () => process.exit());
  // A terminal sends these to all; the end of the server is the end of this one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => undefined);
  tell({ kind: 'there' });
};
