import { z } from 'zod';
import { LESSON_SCENARIO } from '../../cluster/lesson-scenario.ts';
import { cacheShape } from './cache.ts';
import { clientsShape } from './clients.ts';
import { eventsShape } from './events.ts';
import { expectationsShape } from './expectations.ts';
import { lookupsShape } from './lookups.ts';
import { nodeShape } from './node.ts';
import { serversShape } from './servers.ts';
import { textShape } from './text.ts';

const linkOf = (standard: { readonly delayMs: number; readonly lossShare: number }) =>
  z
    .strictObject({
      delayMs: z.number().min(0).default(standard.delayMs),
      lossShare: z.number().min(0).max(1).default(standard.lossShare).describe('of packets, by chance'),
      largestBytes: z.int().min(68).exactOptional().describe('longer packets are lost without a word'),
    })
    .prefault({});

const incident = z
  .strictObject({
    sources: z.array(z.string()).describe('owner/repository#number'),
    reported: z.string(),
    shown: z.string(),
    fix: z.string(),
    fixedBy: z.array(z.string()).default([]),
  })
  .describe('where people met it');

/** A scenario's file: the value's own names; what is left out is as in the lesson. */
export const scenarioShape = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and hyphens'),
    question: z.string().default('').describe('what it answers'),
    expect: z.string().default('').describe('what one should see'),
    incident: incident.exactOptional(),
    node: nodeShape,
    kernel: z.string().default(LESSON_SCENARIO.kernel).describe('a release of Linux, in quotes: "6.18"'),
    sentAtOnce: z.enum(['in-turn', 'interleaved']).default(LESSON_SCENARIO.sentAtOnce).describe('whether two packets that a program sends at once race'),
    sysctls: z.record(z.string(), z.coerce.string()).default({}).describe('over those of the node'),
    rules: z.array(textShape('for iptables-restore --noflush')).default([]).describe("rules of others, put in before the cache's"),
    cache: cacheShape,
    clients: clientsShape,
    servers: serversShape,
    links: z.strictObject({ pod: linkOf(LESSON_SCENARIO.links.pod), uplink: linkOf(LESSON_SCENARIO.links.uplink) }).prefault({}),
    lookups: lookupsShape,
    events: eventsShape,
    watchedMs: z.number().min(0).default(LESSON_SCENARIO.watchedMs).describe('after the last lookup'),
    expectations: expectationsShape,
    seed: z.int().min(0).max(2 ** 32 - 1).default(LESSON_SCENARIO.seed).describe('what chance decides follows from it'),
  })
  .describe('A scenario of @nodelocal/scenarios; what is left out is as in the lesson');

export type ScenarioFile = z.output<typeof scenarioShape>;
