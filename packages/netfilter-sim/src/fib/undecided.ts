import { lookupListed, ROOT, ruleFits } from './lookup.ts';
import type { DeviceUp, LookupResult, Routing, RoutingKey, Unlisted } from './lookup.ts';
import type { PolicyRule } from './route.ts';

/** What is not known of a host or of a packet, and decides where it goes. */
export type Undecided =
  | { readonly kind: 'table-unlisted'; readonly rule: PolicyRule; readonly table: number }
  /** `uidrange`: whose socket sent it. */
  | { readonly kind: 'owner-unknown'; readonly rule: PolicyRule };

/** `undefined`: where the packet goes is the same whatever is not known. */
export const undecided = (routing: Routing, by: RoutingKey, isUp: DeviceUp, owner: 'known' | 'unknown'): Undecided | undefined => {
  if (routing.merged !== undefined) return undefined;
  // Which hop is taken is not what is asked here, and must not be drawn.
  const { chooseHop: _, ...key } = by;
  const asking = owner === 'known' ? [] : routing.rules.filter(({ uids }) => uids !== undefined);
  const others = asking.flatMap(({ uids = { min: ROOT, max: ROOT } }) => [uids.min, uids.max + 1]);
  const answers = [key.uid ?? ROOT, ...others].map((uid) => lookupListed(routing, { ...key, uid }, isUp));
  const unlisted = answers.find((answer) => answer.kind === 'unlisted');
  if (unlisted?.rule.action.kind === 'lookup') return { kind: 'table-unlisted', rule: unlisted.rule, table: unlisted.rule.action.table };
  const [first] = answers;
  if (first === undefined || answers.every((answer) => sameAnswer(answer, first))) return undefined;
  const rule = asking.find((one) => ruleFits(one, { ...key, uid: one.uids?.min ?? ROOT }));
  return rule === undefined ? undefined : { kind: 'owner-unknown', rule };
};

const sameAnswer = (one: LookupResult | Unlisted, other: LookupResult | Unlisted): boolean =>
  one.kind === 'route' && other.kind === 'route'
    ? one.route === other.route && one.nextHop === other.nextHop
    : one.kind === 'error' && other.kind === 'error' && one.error === other.error;
