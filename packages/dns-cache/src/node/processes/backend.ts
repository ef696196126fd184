import type { Backend, IptablesBackend } from '../backend.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import { findBackends } from '../system/backends.ts';
import { findNftables } from '../system/nftables.ts';
import { readTextFile } from '../system/read-text.ts';
import { runCommand } from '../system/run.ts';
import { namedTools } from '../system/tools.ts';

/** What the kernel keeps of our table when nobody names its addresses again. */
const LIFETIME_SECONDS = 3;

/** This node lacks what the agent works by. */
export class BackendError extends Error {
  constructor(lacks: string, mend: string) {
    super(`no ${lacks} on this node; ${mend}`);
    this.name = 'BackendError';
  }
}

const noRules = (program: string): BackendError => new BackendError(program, 'install it, or leave the rules to others with -setupiptables=false');

export interface ChosenBackend {
  readonly backend: Backend;
  /** Where an earlier agent may have left rules. */
  readonly otherBackends: readonly IptablesBackend[];
}

/** Who puts the rules in. @throws BackendError */
export const chooseBackend = async (wanted: NodeFlags['rulesBackend']): Promise<ChosenBackend> => {
  const { backend, others } = await findBackends(runCommand, readTextFile);
  const found = backend === undefined ? others : [backend, ...others];
  switch (wanted) {
    case 'auto':
      if (backend === undefined) throw noRules('iptables');
      return { backend, otherBackends: others };
    case 'nftables': {
      const own = await findNftables(runCommand, LIFETIME_SECONDS);
      if (own === undefined) throw noRules('nft');
      return { backend: own, otherBackends: found };
    }
    case 'iptables-legacy':
    case 'iptables-nft': {
      const variant = wanted === 'iptables-nft' ? 'nft' : 'legacy';
      const own = found.find((one) => one.variant === variant) ?? (await namedTools(runCommand, variant));
      if (own === undefined) throw noRules(wanted);
      return { backend: own, otherBackends: found.filter((one) => one.variant !== variant) };
    }
  }
};
