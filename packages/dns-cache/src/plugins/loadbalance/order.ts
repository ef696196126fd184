import type { Network } from '../../address.ts';
import { networkHolds } from '../../address.ts';
import type { WireRecord } from '../../message/build.ts';
import { TYPE } from '../../message/numbers.ts';
import { shuffle } from '../../plugin/shuffle.ts';

/** The records of a section by what an order tells apart; glibc wants CNAMEs before what they lead to. */
interface Groups {
  readonly aliases: readonly WireRecord[];
  readonly addresses: readonly WireRecord[];
  readonly exchangers: readonly WireRecord[];
  readonly others: readonly WireRecord[];
}

const isAddress = ({ type }: WireRecord): boolean => type === TYPE.A || type === TYPE.AAAA;

const group = (records: readonly WireRecord[]): Groups => ({
  aliases: records.filter(({ type }) => type === TYPE.CNAME),
  addresses: records.filter(isAddress),
  exchangers: records.filter(({ type }) => type === TYPE.MX),
  others: records.filter((record) => !isAddress(record) && record.type !== TYPE.CNAME && record.type !== TYPE.MX),
});

/** CoreDNS plugin/loadbalance/loadbalance.go, randomShuffle. */
export const shuffleSection = (records: readonly WireRecord[], random: () => number): readonly WireRecord[] => {
  const { aliases, addresses, exchangers, others } = group(records);
  return [...aliases, ...others, ...shuffle(addresses, random), ...shuffle(exchangers, random)];
};

/** CoreDNS plugin/loadbalance/weighted.go, weightedRoundRobin: a section without addresses stays as it is. */
export const weighSection = (
  records: readonly WireRecord[],
  choose: (addresses: readonly WireRecord[]) => readonly WireRecord[],
): readonly WireRecord[] => {
  const { aliases, addresses, exchangers, others } = group(records);
  return addresses.length === 0 ? records : [...aliases, ...others, ...choose(addresses), ...exchangers];
};

/** CoreDNS plugin/loadbalance/prefer.go: otherwise the order stays. */
export const preferSection = (records: readonly WireRecord[], networks: readonly Network[]): readonly WireRecord[] => {
  const { aliases, addresses, exchangers, others } = group(records);
  const rank = ({ rdata }: WireRecord): number => {
    const found = networks.findIndex((network) => networkHolds(network, [...rdata]));
    return found < 0 ? networks.length : found;
  };
  return [...aliases, ...addresses.toSorted((a, b) => rank(a) - rank(b)), ...exchangers, ...others];
};
