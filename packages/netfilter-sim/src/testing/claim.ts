import { printNftPlace } from '../ruleset/nftables/values/place.ts';
import type { TraceStep } from '../trace/step.ts';
import type { Journey } from '../walk/run.ts';

/** What a test says of a packet besides where it ended. Whatever is left out may be anything. */
export interface Claim {
  /** No connection was made of it. */
  readonly untracked?: boolean;
  /** A rule that matched it: `raw PREROUTING rule 3`, `filter INPUT policy`, `ip kube-proxy services handle 12`. */
  readonly by?: string;
  /** Its destination at the end, with or without a port: `10.244.2.7:53`. */
  readonly to?: string;
  /** Its source at the end. */
  readonly from?: string;
  /** The device that it left by. */
  readonly device?: string;
}

/** What of the claim does not hold, in words; empty where all of it does. */
export const disagreements = ({ trace, packet, outcome }: Journey, claim: Claim): readonly string[] => {
  const { untracked, by, to, from, device } = claim;
  const left = outcome.kind === 'forwarded' || outcome.kind === 'sent' ? outcome.device : undefined;
  const ports = packet.kind === 'udp' || packet.kind === 'tcp' || packet.kind === 'ported' ? packet : undefined;
  const end = (text: string, address: string, port: number | undefined): boolean =>
    text === address || text === (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
  return [
    ...(untracked === undefined || untracked === isUntracked(trace) ? [] : [untracked ? 'it was tracked' : 'it was not tracked']),
    ...(by === undefined || trace.some((step) => placeOf(step) === by) ? [] : [`no ${by} matched it`]),
    ...(to === undefined || end(to, packet.dst, ports?.dport) ? [] : [`it did not go to ${to}`]),
    ...(from === undefined || end(from, packet.src, ports?.sport) ? [] : [`it did not come from ${from}`]),
    ...(device === undefined || device === left ? [] : [`it did not leave by ${device}`]),
  ];
};

const isUntracked = (trace: readonly TraceStep[]): boolean =>
  trace.some((step) => (step.kind === 'skipped' && step.reason === 'untracked') || step.kind === 'untracked');

/** How a claim names the place of a step. */
const placeOf = (step: TraceStep): string | undefined => {
  if (step.kind === 'nft-rule') return printNftPlace(step);
  if (step.kind !== 'rule') return undefined;
  const where = `${step.table} ${step.chain}`;
  return step.text.startsWith('policy') ? `${where} policy` : `${where} rule ${step.number}`;
};
