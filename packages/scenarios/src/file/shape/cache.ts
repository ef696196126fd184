import { z } from 'zod';
import { WHOLE_CACHE } from '../../scenario/cache-parts.ts';
import { textShape } from './text.ts';

export const cacheShape = z
  .strictObject({
    notrack: z
      .enum(['both-ways', 'none', 'inbound-only', 'no-output'])
      .default(WHOLE_CACHE.notrack)
      .describe('which of its rules are there: all, none, all but those for its answers, or none in OUTPUT'),
    localAddress: z.boolean().default(WHOLE_CACHE.localAddress).describe('169.254.20.10 is on its device'),
    clusterIp: z.boolean().default(WHOLE_CACHE.clusterIp).describe('so is 10.96.0.10'),
    agent: z.enum(['running', 'down']).default(WHOLE_CACHE.agent),
    upstreamService: z.boolean().default(WHOLE_CACHE.upstreamService).describe('the Service that it asks is there'),
    corefile: textShape('its Corefile').exactOptional(),
    resolvConf: textShape('the resolv.conf that it reads').exactOptional(),
  })
  .prefault({})
  .describe('what of NodeLocal DNSCache is on the node');
