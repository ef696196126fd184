import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `nft -j list ruleset` and `nft -a list ruleset` of one rule set, nftables 1.0.6 on Linux 6.18. */
export interface RecordedRules {
  readonly json: string;
  readonly listing: string;
}

export const RECORDED = ['kube-proxy', 'language', 'expressions'] as const;

/** Nearly all that nft prints, whether or not it is evaluated. */
export const STATEMENTS = 'statements';

export const readRecorded = (name: (typeof RECORDED)[number] | typeof STATEMENTS): RecordedRules => {
  const text = (ending: string): string =>
    readFileSync(fileURLToPath(new URL(`recorded/${name}.${ending}`, import.meta.url)), 'utf8');
  return { json: text('json'), listing: text('txt') };
};
