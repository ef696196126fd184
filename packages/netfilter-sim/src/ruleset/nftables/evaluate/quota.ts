import { packetBytes } from '../../../packet/packet.ts';
import type { PacketContext } from '../../shared/context.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import type { QuotaStatement } from '../values/statement.ts';
import type { Truth } from './truth.ts';

/** Whether the statement holds (nft_quota_do_eval, net/netfilter/nft_quota.c, 6.12): every packet that asks is added. */
export const evaluateQuota = ({ bytes, usedBytes, over }: QuotaStatement, seen: PacketContext, key: string): Truth => {
  const memory = seen.memory(`nft quota ${key}`, () => ({ usedBytes }));
  if (seen.forgot()) return notModelled('what a quota remembers');
  memory.usedBytes += packetBytes(seen.packet);
  return memory.usedBytes > bytes === over;
};
