import { z } from 'zod';
import { habitsShape, serverNameShape } from './servers.ts';
import { textShape } from './text.ts';

const which = z.enum(['local', 'cluster-ip']);

const happening = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent-killed') }).describe('SIGKILL: its sockets are gone, and nothing else'),
  z.strictObject({ kind: z.literal('agent-stopped') }).describe('SIGTERM: rules and addresses go first'),
  z.strictObject({ kind: z.literal('agent-started'), rulesAfterMs: z.number().min(0) }).describe('with an empty cache'),
  z.strictObject({ kind: z.literal('cache-rules'), are: z.enum(['both-ways', 'none', 'inbound-only', 'no-output']) }),
  z.strictObject({ kind: z.literal('rules-flushed') }).describe('iptables -F in every table'),
  z.strictObject({ kind: z.literal('rules-added'), text: textShape('for iptables-restore --noflush') }),
  z.strictObject({ kind: z.literal('address-removed'), which }),
  z.strictObject({ kind: z.literal('address-added'), which }),
  z.strictObject({ kind: z.literal('endpoint-gone'), address: z.ipv4() }).describe('a pod behind a Service is gone without a word'),
  z.strictObject({ kind: z.literal('endpoint-back'), address: z.ipv4() }),
  z.strictObject({ kind: z.literal('kube-proxy-synced') }).describe('kube-proxy hears of the endpoints'),
  z.strictObject({ kind: z.literal('server-changes'), server: serverNameShape, habits: habitsShape }),
]);

export const eventsShape = z
  .array(z.strictObject({ atMs: z.number().min(0), what: happening }))
  .default([])
  .describe('what happens meanwhile, in the order of time');
