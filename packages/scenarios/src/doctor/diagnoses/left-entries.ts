import { familyOf, PROTOCOL } from '@nodelocal/netfilter-sim';
import type { Address } from '@nodelocal/netfilter-sim';
import { onNode } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import type { Scene } from '../scene/scene.ts';

/** Entries of the time before the cache: their connections are still translated to a pod of the Service. */
export interface LeftEntries {
  readonly kind: 'left-entries';
  readonly protocol: 'udp' | 'tcp';
  readonly address: Address;
  /** How many, at least 1. */
  readonly count: number;
  /** A TCP connection is reset at its next packet; answers of UDP come back once more. */
  readonly harm: 'unanswered' | 'untidy';
  readonly mend: readonly Command[];
}

export const findLeftEntries = (scene: Scene): readonly LeftEntries[] =>
  scene.addresses.flatMap((address) =>
    (['udp', 'tcp'] as const).flatMap((protocol): readonly LeftEntries[] => {
      const { dnsPort } = scene.plan;
      const count = [...scene.node.state.conntrack.entries.values()].filter(
        ({ original, reply }) =>
          original.kind === 'ports' && original.protocol === PROTOCOL[protocol] && original.dst === address && original.dport === dnsPort && reply.src !== address,
      ).length;
      // Where queries are tracked, new entries would take the place of those that are deleted.
      if (count === 0 || !isUntracked(scene, protocol, address)) return [];
      const family = familyOf(address) === 'ipv6' ? ' -f ipv6' : '';
      const command = `conntrack -D${family} -p ${protocol} --orig-dst ${address} --orig-port-dst ${dnsPort}`;
      return [{ kind: 'left-entries', protocol, address, count, harm: protocol === 'tcp' ? 'unanswered' : 'untidy', mend: [onNode(command)] }];
    }),
  );

const isUntracked = ({ asked }: Scene, protocol: 'udp' | 'tcp', address: Address): boolean =>
  asked
    .filter(({ question }) => question.asker.kind !== 'cache' && question.protocol === protocol && question.address === address)
    .every(({ legs: [first] }) => first?.passage.ways.every(({ events }) => events.some(({ kind }) => kind === 'untracked')) ?? true);
