import type { Kept, KeptNetwork } from './kept.ts';

/** What became of a question to a local address. */
export type Asked =
  | { readonly kind: 'answered'; readonly ms: number }
  /** Somebody answered who is not this agent: the rules do not hold the question back from kube-proxy's. */
  | { readonly kind: 'answered-by-another' }
  | { readonly kind: 'silent'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** One that is asked, as it is on the way of the node's own processes or of a pod. */
export interface AskedAddress {
  readonly address: string;
  readonly asked: Asked;
}

export type AskedAsPod =
  | { readonly kind: 'asked'; readonly addresses: readonly AskedAddress[] }
  | { readonly kind: 'not-tried'; readonly reason: string };

export interface Findings {
  readonly network: KeptNetwork;
  readonly asNode: readonly AskedAddress[];
  readonly asPod: AskedAsPod;
  /** Local addresses at which no block of the Corefile listens: nothing is set up for them. */
  readonly unserved: readonly string[];
}

const isKept = ({ kind }: Kept): boolean => kind === 'in-place' || kind === 'left-alone';

const areAnswered = (addresses: readonly AskedAddress[]): boolean => addresses.every(({ asked }) => asked.kind === 'answered');

/** What was not tried decides nothing; without an address to ask there is nothing to be ready. */
export const isReady = ({ network, asNode, asPod }: Findings): boolean =>
  isKept(network.rules) && asNode.length > 0 && areAnswered(asNode) && (asPod.kind === 'not-tried' || areAnswered(asPod.addresses));

const keptText = (kept: Kept): string => {
  switch (kept.kind) {
    case 'in-place':
      return 'in place';
    case 'left-alone':
      return 'left to others';
    case 'not-there':
      return 'not there';
    case 'failed':
      return `not known to be in place: ${kept.reason.replaceAll(/\s+/g, ' ')}`;
  }
};

const askedText = (asked: Asked): string => {
  switch (asked.kind) {
    case 'answered':
      return `answered in ${asked.ms.toFixed(1)} ms`;
    case 'answered-by-another':
      return 'answered by another server than this one';
    case 'silent':
      return `no answer in ${asked.afterMs / 1000} s`;
    case 'failed':
      return asked.reason;
  }
};

const linesOf = (addresses: readonly AskedAddress[], who: string): readonly string[] =>
  addresses.map(({ address, asked }) => `${address} over UDP, ${who}: ${askedText(asked)}`);

/** For people; the first line is the verdict. */
export const readinessText = (findings: Findings): string => {
  const { network, asNode, asPod, unserved } = findings;
  return [
    isReady(findings) ? 'OK' : 'not ready',
    `link: ${keptText(network.link)}`,
    `rules: ${keptText(network.rules)}`,
    ...linesOf(asNode, 'as the node'),
    ...(asPod.kind === 'asked' ? linesOf(asPod.addresses, 'as a pod') : [`as a pod: not tried (${asPod.reason})`]),
    ...unserved.map((address) => `${address}: not served, no block listens there`),
    '',
  ].join('\n');
};
