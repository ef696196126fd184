import { familyOf } from '@nodelocal/netfilter-sim';
import type { Address, Family, Host } from '@nodelocal/netfilter-sim';
import { findPod } from '../node/pod.ts';
import type { Pod } from '../node/plan.ts';
import type { Asker, Question } from './question.ts';

/** Of each family the one who asks; none where nobody was named or found. */
export type Pods = Readonly<Partial<Record<Family, Pod>>>;

/** Where a cache is asked, and whom it asks. */
export interface Asking {
  readonly addresses: readonly Address[];
  readonly dnsPort: number;
  readonly healthPort: number;
  readonly upstream?: Address;
}

/** Those that were named; of a family without one, somebody is looked for. */
export const podsOf = (host: Host, named: readonly Pod[], addresses: readonly Address[]): Pods => {
  const families = [...new Set(addresses.map(familyOf))];
  return Object.fromEntries(
    families.flatMap((family) => {
      const pod = named.find(({ address }) => familyOf(address) === family) ?? findPod(host, family);
      return pod === undefined ? [] : [[family, pod]];
    }),
  );
};

/** All that is asked of a cache on a node, and what it asks itself. */
export const questionsOf = ({ addresses, dnsPort, healthPort, upstream }: Asking, pods: Pods): readonly Question[] => {
  const both = (asker: Asker, address: Address, port: number): readonly Question[] => (['udp', 'tcp'] as const).map((protocol) => ({ asker, protocol, address, port }));
  const [first] = addresses;
  return [
    ...addresses.flatMap((address) => {
      const pod = pods[familyOf(address)];
      return pod === undefined ? [] : both({ kind: 'pod', ...pod }, address, dnsPort);
    }),
    ...addresses.flatMap((address) => both({ kind: 'node-process' }, address, dnsPort)),
    ...(first === undefined ? [] : [{ asker: { kind: 'health-probe' as const }, protocol: 'tcp' as const, address: first, port: healthPort }]),
    ...(upstream === undefined ? [] : both({ kind: 'cache' }, upstream, DNS)),
  ];
};

const DNS = 53;

/** The first port of the range from which Linux takes ports for those who do not choose (`ip_local_port_range`). */
export const FIRST_PORT = 32_768;
