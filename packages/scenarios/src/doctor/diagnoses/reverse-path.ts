import type { Host } from '@nodelocal/netfilter-sim';
import { onNode } from '../scene/command.ts';
import type { Command } from '../scene/command.ts';
import type { Scene } from '../scene/scene.ts';

/** rp_filter drops what pods send, since the way back to them is, for its check, by another device. */
export interface ReversePath {
  readonly kind: 'reverse-path';
  readonly device: string;
  /** Of a device without any address not even the loose check lets it pass. */
  readonly hasAddress: boolean;
  readonly harm: 'unanswered';
  readonly mend: readonly Command[];
}

export const findReversePath = ({ node: { host }, asked }: Scene): readonly ReversePath[] => {
  const devices = asked.flatMap(({ question: { asker }, result }) =>
    asker.kind === 'pod' && result.kind === 'lost' && result.way.end.kind === 'dropped' && result.way.end.reason.kind === 'reverse-path' ? [asker.device] : [],
  );
  return [...new Set(devices)].map((device) => ({ kind: 'reverse-path', device, ...mendOf(host, device), harm: 'unanswered' }));
};

/** The larger of the two values holds (`IN_DEV_RPFILTER`). */
const mendOf = ({ interfaces, sysctls: { ipv4 } }: Host, device: string): Pick<ReversePath, 'hasAddress' | 'mend'> => {
  const hasAddress = interfaces.find(({ name }) => name === device)?.addresses.some(({ address }) => !address.includes(':')) ?? false;
  const set = (name: string, value: number): Command => onNode(`sysctl -w net.ipv4.conf.${name}.rp_filter=${value}`);
  if (hasAddress) return { hasAddress, mend: [set(device, LOOSE)] };
  const own = (ipv4.devices.get(device) ?? ipv4.default).rpFilter;
  return { hasAddress, mend: [...(ipv4.all.rpFilter > 0 ? [set('all', 0)] : []), ...(own > 0 ? [set(device, 0)] : [])] };
};

const LOOSE = 2;
