import { z } from 'zod';

const start = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), atMs: z.number().min(0) }),
  z.strictObject({ kind: z.literal('after'), afterMs: z.number().min(0) }).describe('the end of the lookup before'),
]);

const lookup = z.strictObject({
  client: z.string().exactOptional().describe('the name of a client; left out: the first'),
  name: z.string().min(1).describe('{n} stands for the number of the repetition'),
  call: z.enum(['any-family', 'ipv4-only']).default('any-family'),
  start: start.default({ kind: 'after', afterMs: 1000 }),
  repeat: z.strictObject({ times: z.int().min(1).max(100_000), everyMs: z.number().min(0) }).exactOptional(),
});

export const lookupsShape = z
  .array(z.union([z.string().min(1).describe('a name, a second after the lookup before'), lookup]))
  .min(1)
  .exactOptional()
  .describe("what is looked up; left out: the lesson's name, twice");
