import { z } from 'zod';
import { ANSWERERS, COUNTED, LOSSES } from '../../scenario/expectation.ts';

const bounds = { min: z.number().exactOptional(), max: z.number().exactOptional() };
const lookup = z.int().min(1).exactOptional().describe('its number, from 1; left out: all');

const expectation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('counts'), of: z.enum(COUNTED), ...bounds }),
  z.strictObject({ kind: z.literal('resolves'), lookup, withinMs: z.number().min(0).exactOptional() }),
  z.strictObject({ kind: z.literal('fails'), lookup, why: z.enum(['timed-out', 'refused', 'server-failure', 'not-found']) }),
  z.strictObject({ kind: z.literal('answered-by'), who: z.array(z.enum(ANSWERERS)) }).describe('whose answers were taken, in the order of their names'),
  z.strictObject({ kind: z.literal('loses'), why: z.enum(LOSSES), ...bounds }).describe('packets are lost for this reason'),
  z.strictObject({ kind: z.literal('says-not-modelled'), what: z.string().min(1) }),
  z.strictObject({ kind: z.literal('logs'), what: z.string().min(1) }).describe("a part of a line of the cache's log"),
]);

export const expectationsShape = z.array(expectation).default([]).describe('what the recording must show');
