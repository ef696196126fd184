import { z } from 'zod';
import { LESSON_COREDNS } from '../../cluster/lesson-scenario.ts';

const fullName = z.string().regex(/\.$/, 'write it in full, with its final dot: example.com.');
const names = z.record(fullName, z.array(z.union([z.ipv4(), z.ipv6()])));

const place = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('elsewhere'), device: z.string().min(1) }).describe('the node reaches it by this device'),
  z.strictObject({ kind: z.literal('pod'), device: z.string().min(1) }).describe('a pod of this node, behind this device'),
  z.strictObject({ kind: z.literal('host') }).describe('a program of the node'),
]);

const knowledge = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cluster'), domain: fullName, services: names }).describe('names of the cluster; others are refused'),
  z.strictObject({ kind: z.literal('outside'), names }).describe('names of the world: { "example.com.": [198.51.100.14] }'),
  z.strictObject({ kind: z.literal('forwarded'), to: z.ipv4() }).describe('nothing; it asks another one, by UDP'),
]);

const pattern = z
  .strictObject({
    type: z.enum(['A', 'AAAA', 'HINFO']).exactOptional().describe('clients ask for the first two, the cache for the third, to find loops'),
    nameEnd: fullName.exactOptional().describe('with its final dot: cluster.local.'),
    server: z.ipv4().exactOptional().describe('one of the addresses'),
    transport: z.enum(['udp', 'tcp']).exactOptional(),
    share: z.number().min(0).max(1).exactOptional().describe('by chance, of those that fit'),
  })
  .describe('all that is said must fit');

const deed = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('silent') }),
  z.strictObject({ kind: z.literal('slow'), byMs: z.number().positive() }),
  z.strictObject({ kind: z.literal('error'), rcode: z.enum(['SERVFAIL', 'REFUSED', 'NXDOMAIN', 'NOTIMP', 'FORMERR']) }),
  z.strictObject({ kind: z.literal('truncates') }),
]);

export const serverNameShape = z.enum(['CoreDNS', 'gateway', 'resolved']);

export const habitsShape = z.array(z.strictObject({ for: pattern.prefault({}), does: deed })).describe('what it does with which query: the first that fits');

export const serversShape = z
  .array(
    z.strictObject({
      name: serverNameShape,
      addresses: z.array(z.ipv4()).min(1),
      at: place,
      knows: knowledge,
      habits: habitsShape.default([]),
      delayMs: z.number().min(0).default(LESSON_COREDNS.delayMs).describe('what it takes to answer'),
    }),
  )
  .exactOptional()
  .describe("DNS servers; left out: the lesson's");
