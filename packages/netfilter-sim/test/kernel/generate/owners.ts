import * as fc from 'fast-check';
import { line, not, oneOf, weighted } from '../../../src/arbitraries/words.ts';
import type { CaseSocket } from '../../../src/cases/case.ts';

/** Users and groups; those of the node `users` that are routed by themselves are from 1000 to 1999 and 7. */
const USERS = [7, 1000, 1999, 2000, 65_534] as const;
const GROUPS = [7, 100, 1000, 1001] as const;

const orNot = <Value>(usual: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> => weighted([1, fc.constant(usual)], [2, other]);

/** Whose socket a packet of the node is sent by: mostly root's, of which nothing is said. */
export const socket: fc.Arbitrary<CaseSocket | undefined> = weighted<CaseSocket | undefined>(
  [3, fc.constant(undefined)],
  [
    2,
    fc.record({
      mark: orNot(0, oneOf(0x1, 0x2, 0x4000, 0x10, 0x4001, 0xffff_ffff)),
      uid: orNot<number>(0, oneOf(...USERS)),
      gid: orNot<number>(0, oneOf(...GROUPS)),
      device: orNot<string | undefined>(undefined, oneOf('eth0', 'eth0', 'vpod1', 'lo')),
      groups: orNot<readonly number[]>([], fc.uniqueArray(oneOf(...GROUPS), { minLength: 1, maxLength: 2 })),
    }).map(({ device, ...rest }) => ({ ...rest, ...(device === undefined ? {} : { device }) })),
  ],
);

const user = line(not, '--uid-owner ', oneOf('0', '7', '1000', '1000-1999', '0-65534'));
const group = line(not, '--gid-owner ', oneOf('0', '100', '1000-1001', '7'));

export const ownerMatch: fc.Arbitrary<string> = weighted(
  [3, line('-m owner ', user)],
  [2, line('-m owner ', group, oneOf('', ' --suppl-groups'))],
  [1, line('-m owner ', user, ' ', group, oneOf('', ' --suppl-groups'))],
  [1, line('-m owner ', not, '--socket-exists', fc.oneof(fc.constant(''), line(' ', user), line(' ', group)))],
);
