import { addressOctets, octetsText } from '../../address.ts';
import type { WireRecord } from '../../message/build.ts';
import { foldName, readNameText } from '../../message/name.ts';

/** The weight of an address of a name; names are folded, addresses canonical. */
export type Weights = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Why a file of weights is none, with the line. */
export class WeightError extends Error {
  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.name = 'WeightError';
  }
}

const WEIGHT_MAX = 255;
const WEIGHT_DEFAULT = 1;

const readWeight = (text: string, line: number): number => {
  const weight = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (weight < 1 || weight > WEIGHT_MAX) throw new WeightError(line, `Wrong weight value: '${text}'`);
  return weight;
};

/**
 * Lines with a name, each followed by lines `ADDRESS WEIGHT` (CoreDNS plugin/loadbalance/weighted.go).
 * @throws WeightError
 */
export const parseWeights = (text: string): Weights => {
  const names = new Map<string, Map<string, number>>();
  let current: Map<string, number> | undefined;
  for (const [index, written] of text.split('\n').entries()) {
    const [first, second, ...more] = written.trim().split(/\s+/);
    const line = index + 1;
    if (first === undefined || first === '' || first.startsWith('#')) continue;
    const octets = addressOctets(first);
    if (second === undefined) {
      if (octets !== undefined) throw new WeightError(line, `Wrong domain name: '${first}' (maybe a missing weight?)`);
      const wire = readNameText(first);
      if (wire === undefined) throw new WeightError(line, `Wrong domain name: '${first}'`);
      current = names.get(foldName(wire)) ?? new Map<string, number>();
      names.set(foldName(wire), current);
      continue;
    }
    if (more.length > 0) throw new WeightError(line, `Could not parse weight line: '${written.trim()}'`);
    if (octets === undefined) throw new WeightError(line, `Wrong IP address: '${first}'`);
    const weight = readWeight(second, line);
    if (current === undefined) throw new WeightError(line, 'Missing domain name');
    // Of two weights for an address the first counts.
    if (!current.has(octetsText(octets))) current.set(octetsText(octets), weight);
  }
  return names;
};

const weightOf = (weights: Weights, { name, rdata }: WireRecord): number =>
  weights.get(foldName(name))?.get(octetsText(addressOctets(octetsText([...rdata])) ?? [])) ?? WEIGHT_DEFAULT;

/** The addresses with one of them changed to the front, each as likely as its weight among all. */
export const chooseFirst = (
  addresses: readonly WireRecord[],
  weights: Weights,
  random: () => number,
): readonly WireRecord[] => {
  const weighed = addresses.map((record) => weightOf(weights, record));
  let left = Math.floor(random() * weighed.reduce((sum, weight) => sum + weight, 0));
  const chosen = weighed.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  const [first, top] = [addresses[0], addresses[chosen]];
  if (first === undefined || top === undefined) return addresses;
  return addresses.map((record, index) => (index === 0 ? top : index === chosen ? first : record));
};
