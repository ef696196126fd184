import type { Host } from '@nodelocal/netfilter-sim';
import type { Passage, Way } from './passage.ts';
import { senderOf } from './question.ts';
import type { LegName, Question } from './question.ts';
import { printSocket } from './walk.ts';

export type Judged =
  | { readonly kind: 'goes-on'; readonly way: Way }
  | { readonly kind: 'lost'; readonly way: Way; readonly always: boolean }
  | { readonly kind: 'not-known'; readonly way: Way };

/** Whether a packet came where it was to come, on every way that it can take. */
export const judgeLeg = (host: Host, question: Question, leg: LegName, { ways }: Passage): Judged => {
  const arrives = (way: Way): Arrival => arrivalOf(host, question, leg, way);
  const unknown = ways.find((way) => arrives(way) === 'not-known');
  const lost = ways.find((way) => arrives(way) === 'no');
  const good = ways.find((way) => arrives(way) === 'yes');
  // Where it hangs on something that nobody told, neither is true.
  if (lost !== undefined && good !== undefined && lost.hangsOn.length > 0) return { kind: 'not-known', way: lost };
  if (lost !== undefined) return { kind: 'lost', way: lost, always: good === undefined && unknown === undefined };
  if (unknown !== undefined) return { kind: 'not-known', way: unknown };
  if (good === undefined) throw new RangeError('a packet has a way');
  return { kind: 'goes-on', way: good };
};

type Arrival = 'yes' | 'no' | 'not-known';

const arrivalOf = (host: Host, { asker, address, port }: Question, leg: LegName, way: Way): Arrival => {
  const { end } = way;
  const isAsked = senderOf(leg) === 'asker';
  switch (end.kind) {
    case 'not-modelled':
      return 'not-known';
    case 'dropped':
    case 'held':
      return 'no';
    case 'delivered': {
      if (end.socket === 'closed') return 'no';
      // The cache's own upstream may be a pod in this node's network; other questions are for the cache itself.
      if (isAsked && asker.kind !== 'cache') return yesIf(way.to.every((to) => to === printSocket(address, port)));
      return yesIf(isAsked || asker.kind !== 'pod');
    }
    case 'sent':
      return yesIf(isAsked ? asker.kind === 'cache' : asker.kind === 'pod' && way.devices.every((device) => leadsTo(host, asker.device, device)));
    case 'forwarded':
      return 'no';
  }
};

const yesIf = (holds: boolean): Arrival => (holds ? 'yes' : 'no');

/** By a bridge the pod's own port is reached. */
const leadsTo = ({ interfaces }: Host, pod: string, device: string): boolean =>
  pod === device || interfaces.some(({ name, link }) => name === pod && link?.master === device);
