import type { Family } from '@nodelocal/netfilter-sim';
import type { FilledSet } from './sets.ts';

const FAMILY_NAMES: Readonly<Record<Family, string>> = { ipv4: 'inet', ipv6: 'inet6' };

/** The sizes are those that kube-proxy asks for (ipset/ipset.go of 1.34) and, for buckets, the kernel's own; the kernel makes a hash larger that gets full. */
const header = ({ name, family, shape }: FilledSet): string =>
  shape === 'bitmap:port' ? `create ${name} ${shape} range 0-65535` : `create ${name} ${shape} family ${FAMILY_NAMES[family]} hashsize 1024 maxelem 65536 bucketsize 12`;

/** As `ipset save` (7.17) prints them, but for the order, and for the hashes' `initval`: these are of chance. */
export const printSets = (sets: readonly FilledSet[]): string =>
  sets.flatMap((set) => [header(set), ...set.entries.map((entry) => `add ${set.name} ${entry}`)]).map((line) => `${line}\n`).join('');
