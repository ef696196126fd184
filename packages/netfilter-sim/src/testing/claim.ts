import { interfaceNamed } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Address } from '../packet/address.ts';
import { readEnd } from '../packet/end.ts';
import type { End } from '../packet/end.ts';
import type { SocketAnswer } from '../trace/disposition.ts';
import type { RuleEffect, TraceStep } from '../trace/step.ts';
import type { Journey } from '../walk/run.ts';
import { placeOf } from './place.ts';

/** What a test says of a packet besides where it ended. Whatever is left out may be anything. */
export interface Claim {
  /** No connection was made of it. */
  readonly untracked?: boolean;
  /**
   * The rule that decided: the one that dropped it, or one whose verdict in its table or base chain was final.
   * `filter INPUT rule 3`, `filter INPUT policy`, `ip kube-proxy services handle 12`.
   */
  readonly by?: string;
  /** A rule that it matched on its way, whatever that did: `raw PREROUTING rule 3`. */
  readonly through?: string;
  /** Who took what was delivered: a listening socket (`open`), nobody (`closed`), the kernel (`none`); `unknown`: not told. */
  readonly socket?: SocketAnswer;
  /** Its destination at the end, with or without a port: `10.244.2.7:53`, `[fd00::a]:53`. */
  readonly to?: string;
  /** Its source at the end. */
  readonly from?: string;
  /** The device that it left by. */
  readonly device?: string;
}

/** What of the claim does not hold, in words; empty where all of it does. */
export const disagreements = (journey: Journey, claim: Claim): readonly string[] =>
  Object.entries(CHECKS).flatMap(([name, check]) => (name in claim ? check(journey, claim) : []));

/** Names of claims, each with what disagrees with it. */
const CHECKS: Readonly<Record<keyof Claim, (journey: Journey, claim: Claim) => readonly string[]>> = {
  untracked: ({ trace }, { untracked }) =>
    untracked === undefined || untracked === isUntracked(trace) ? [] : [untracked ? 'it was tracked' : 'it was not tracked'],
  by: (journey, { by }) => (by === undefined || decidedBy(journey, by) ? [] : [`${by} did not decide`]),
  through: ({ trace }, { through }) =>
    through === undefined || trace.some((step) => placeOf(step) === through) ? [] : [`no ${through} matched it`],
  socket: ({ outcome }, { socket }) =>
    socket === undefined || (outcome.kind === 'delivered' && outcome.socket === socket) ? [] : [`its socket was not ${socket}`],
  to: ({ packet }, { to }) => (to === undefined || isAt(readEnd(to), packet.dst, portsOf(packet)?.dport) ? [] : [`it did not go to ${to}`]),
  from: ({ packet }, { from }) =>
    from === undefined || isAt(readEnd(from), packet.src, portsOf(packet)?.sport) ? [] : [`it did not come from ${from}`],
  device: ({ outcome }, { device }) =>
    device === undefined || ('device' in outcome && outcome.device === device) ? [] : [`it did not leave by ${device}`],
};

export const CLAIMS = Object.keys(CHECKS);

const SOCKET_ANSWERS: readonly SocketAnswer[] = ['open', 'closed', 'none', 'unknown'];

/** What no packet could agree with, so that its negation would hold for all; `undefined` where there is nothing such. */
export const impossible = ({ socket, to, from, device }: Claim, host: Host | undefined): string | undefined => {
  const noEnd = [to, from].find((end) => end !== undefined && (typeof end !== 'string' || readEnd(end) === undefined));
  if (noEnd !== undefined) return `${noEnd} is no end of a packet: write 10.244.2.7, 10.244.2.7:53 or [fd00::a]:53`;
  if (socket !== undefined && !SOCKET_ANSWERS.includes(socket)) return `there is no socket "${socket}": it is one of ${SOCKET_ANSWERS.join(', ')}`;
  const isMissing = device !== undefined && host !== undefined && interfaceNamed(host, device) === undefined;
  return isMissing ? `this node has no device ${device}: it has ${host.interfaces.map(({ name }) => name).join(', ')}` : undefined;
};

const portsOf = (packet: Journey['packet']): { readonly sport: number; readonly dport: number } | undefined =>
  packet.kind === 'udp' || packet.kind === 'tcp' || packet.kind === 'ported' ? packet : undefined;

const isAt = (end: End | undefined, address: Address, port: number | undefined): boolean =>
  end !== undefined && end.address === address && (end.port === undefined || end.port === port);

const isUntracked = (trace: readonly TraceStep[]): boolean =>
  trace.some((step) => (step.kind === 'skipped' && step.reason === 'untracked') || step.kind === 'untracked');

/** A packet that is lost has one rule to thank; one that passed, a rule in each table that it met. */
const decidedBy = ({ trace, outcome }: Journey, by: string): boolean => {
  const deciding = trace.filter((step) => (step.kind === 'rule' || step.kind === 'nft-rule') && isFinal(step.effect));
  return (outcome.kind === 'dropped' ? deciding.slice(-1) : deciding).some((step) => placeOf(step) === by);
};

const isFinal = ({ kind }: RuleEffect): boolean => {
  switch (kind) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'answer-open':
    case 'queue':
    case 'translate':
      return true;
    case 'continue':
    case 'jump':
    case 'goto':
    case 'return':
    case 'not-modelled':
      return false;
  }
};
