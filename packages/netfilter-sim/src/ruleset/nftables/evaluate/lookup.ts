import type { Instant } from '../../../time.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import type { NftElement, NftSetReference } from '../values/element.ts';
import { printNftPlace } from '../values/place.ts';
import type { NftSet } from '../values/rule-set.ts';
import type { NftContext, SetChange } from './context.ts';
import { evaluateLimit } from './limit.ts';
import type { Truth } from './truth.ts';
import { fitsAll, isUnknown, keyOf } from './value.ts';
import type { Part } from './value.ts';

export type Found =
  /** `bucket` names what the element itself remembers. */
  | { readonly kind: 'found'; readonly element: NftElement; readonly bucket: string }
  | { readonly kind: 'absent' }
  /** It hangs on what is not known of the packet which of these it is, or none of them: then it is `otherwise`. */
  | {
      readonly kind: 'unknown';
      readonly what: string;
      readonly candidates: readonly NftElement[];
      readonly otherwise: NftElement | undefined;
    }
  /** The set, or an element of it, is one that the model lacks. */
  | NotModelled;

/** The element that holds a key (net/netfilter/nft_lookup.c, 6.12), as packets left the set. */
export const lookUp = (reference: NftSetReference, parts: readonly Part[], context: NftContext): Found => {
  const { table, place, seen } = context;
  const unknown = parts.find(isUnknown);
  if (unknown !== undefined) return lookUpUnknown(reference, parts, unknown.what, context);
  const key = keyOf(parts);
  if (reference.kind === 'anonymous')
    return found(elementOf(reference.elements, parts), reference.elements, `${printNftPlace(place)} ${key}`);
  const set = table.sets.get(reference.name);
  if (set === undefined) return notModelled(`the set ${reference.name}`);
  const bucket = `${table.family} ${table.name} ${set.name} ${key}`;
  const element = elementOf(set.elements, parts);
  const change = context.setChanges(set)[key];
  if (change !== undefined && isThere(change, seen.now)) {
    const { sinceMs, limit } = change;
    const own =
      element === undefined || element.key === 'any' ? { key: [], ...(limit === undefined ? {} : { limit }) } : element;
    return { kind: 'found', element: own, bucket: `${bucket} since ${sinceMs}` };
  }
  const gone = change !== undefined || (element?.expiresInMs !== undefined && element.expiresInMs <= seen.now);
  return found(gone ? indexOf(set.elements).catchAll : element, set.elements, bucket);
};

/** Elements that agree with all that is known of the key. */
const lookUpUnknown = (
  reference: NftSetReference,
  parts: readonly Part[],
  what: string,
  context: NftContext,
): Found => {
  const set = reference.kind === 'named' ? context.table.sets.get(reference.name) : undefined;
  if (reference.kind === 'named' && set === undefined) return notModelled(`the set ${reference.name}`);
  const elements = reference.kind === 'anonymous' ? reference.elements : (set?.elements ?? []);
  const { unread, catchAll } = indexOf(elements);
  const changed = set !== undefined && Object.keys(context.setChanges(set)).length > 0;
  const odd = elements.some(({ unknown, limit, expiresInMs }) => (unknown ?? limit ?? expiresInMs) !== undefined);
  if (changed || odd || unread.length > 0) return notModelled(what);
  const candidates = elements.filter(({ key }) => key !== 'any' && fitsAll(parts, key) !== false);
  if (candidates.length > 0) return { kind: 'unknown', what, candidates, otherwise: catchAll };
  return catchAll === undefined ? { kind: 'absent' } : { kind: 'found', element: catchAll, bucket: '' };
};

const isThere = (change: SetChange, now: Instant): change is Extract<SetChange, { kind: 'there' }> =>
  change.kind === 'there' && (change.endsAtMs === undefined || change.endsAtMs > now);

/** A limit inside an element may say no although the element is there (nft_set_elem_update_expr). */
export const holdsElement = (
  { element: { limit }, bucket }: Extract<Found, { kind: 'found' }>,
  context: NftContext,
): Truth => limit === undefined || evaluateLimit(limit, context, bucket);

const found = (element: NftElement | undefined, elements: readonly NftElement[], bucket: string): Found => {
  if (element?.unknown !== undefined) return notModelled(`${element.unknown} in an element of a set`);
  if (element !== undefined && element.key !== 'any') return { kind: 'found', element, bucket };
  // A word that could not be read might have been the packet's.
  const unread = indexOf(elements).unread[0];
  if (unread !== undefined) return notModelled(`"${unread}" in a set`);
  return element === undefined ? { kind: 'absent' } : { kind: 'found', element, bucket };
};

/** Elements by key, so that a large map is not read through. */
interface SetIndex {
  readonly exact: ReadonlyMap<string, NftElement>;
  readonly others: readonly NftElement[];
  readonly catchAll: NftElement | undefined;
  readonly unread: readonly string[];
}

const indexes = new WeakMap<readonly NftElement[], SetIndex>();

const indexOf = (elements: readonly NftElement[]): SetIndex => {
  const known = indexes.get(elements);
  if (known !== undefined) return known;
  const exact = new Map<string, NftElement>();
  const others: NftElement[] = [];
  const unread: string[] = [];
  for (const element of elements) {
    if (element.key === 'any') continue;
    const values = element.key.flatMap((component) => (component.kind === 'value' ? [component.value] : []));
    if (values.length === element.key.length) exact.set(keyOf(values), element);
    else others.push(element);
    unread.push(...element.key.flatMap((component) => (component.kind === 'unknown' ? [component.text] : [])));
  }
  const index = { exact, others, unread, catchAll: elements.find(({ key }) => key === 'any') };
  indexes.set(elements, index);
  return index;
};

const elementOf = (elements: readonly NftElement[], parts: readonly Part[]): NftElement | undefined => {
  const { exact, others, catchAll: any } = indexOf(elements);
  const holds = ({ key }: NftElement): boolean => key !== 'any' && fitsAll(parts, key) === true;
  return exact.get(keyOf(parts)) ?? others.find(holds) ?? any;
};

/** Elements that are there now. */
export const countElements = (set: NftSet, context: NftContext): number => {
  const { now } = context.seen;
  const changes = context.setChanges(set);
  const added = Object.values(changes).filter((change) => isThere(change, now)).length;
  const kept = set.elements.filter(({ key, expiresInMs }) => {
    const changed =
      key !== 'any' && changes[keyOf(key.flatMap((part) => (part.kind === 'value' ? [part.value] : [])))] !== undefined;
    return !changed && (expiresInMs === undefined || expiresInMs > now);
  }).length;
  return added + kept;
};
