import { z } from 'zod';
import { LESSON } from '../../cluster/lesson.ts';
import { LESSON_POD } from '../../cluster/lesson-scenario.ts';
import { RESOLVER_NAMES } from '../../scenario/client.ts';
import { textShape } from './text.ts';

const place = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pod'), address: z.ipv4(), device: z.string().min(1).max(15) }).describe('a device that the node lacks is made, with a route to the pod'),
    z.strictObject({ kind: z.literal('host') }).describe("in the node's own network"),
  ])
  .default({ kind: 'pod', address: LESSON.pod.address, device: LESSON.pod.device });

export const clientsShape = z
  .array(
    z.strictObject({
      name: z.string().min(1),
      at: place,
      resolver: z.enum(RESOLVER_NAMES).default(LESSON_POD.resolver).describe('whose getaddrinfo it calls'),
      resolvConf: textShape('its resolv.conf').default(LESSON.resolvConf),
    }),
  )
  .min(1)
  .prefault([{ name: LESSON_POD.name }])
  .describe('who looks names up on the node');
