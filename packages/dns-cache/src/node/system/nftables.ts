import type { NftablesBackend } from '../backend.ts';
import type { Run } from '../command.ts';
import { LOOK_MS } from './tools.ts';

/** `undefined` where `nft` is not there, or may not be used by this process. */
export const findNftables = async (run: Run, lifetimeSeconds: number): Promise<NftablesBackend | undefined> => {
  // It asks the kernel, as `--version` would not.
  const told = await run({ argv: ['nft', 'list', 'tables'], timeLimitMs: LOOK_MS });
  return told.kind === 'done' ? { kind: 'nftables', program: 'nft', lifetimeSeconds } : undefined;
};
