import type { NftFamily } from './rule-set.ts';

/** Where an nft rule stands. */
export interface NftPlace {
  readonly family: NftFamily;
  readonly table: string;
  readonly chain: string;
  /** How `nft` names the rule for good, or less than 0 as in `NftRule`; 0 stands for the chain's policy. */
  readonly handle: number;
}

/** `ip kube-proxy services handle 12`. */
export const printNftPlace = ({ family, table, chain, handle }: NftPlace): string =>
  `${family} ${table} ${chain} ${handle === 0 ? 'policy' : printHandle(handle)}`;

/** `handle 12`, or `rule 3` where no handle is known. */
export const printHandle = (handle: number): string => (handle < 0 ? `rule ${-handle}` : `handle ${handle}`);
