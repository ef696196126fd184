import { z } from 'zod';
import { scenarioShape } from './shape/scenario.ts';

/** What editors check and complete a scenario's file by: JSON Schema, draft 2020-12. */
export const scenarioSchema = (): unknown => ({ title: 'A scenario', ...z.toJSONSchema(scenarioShape, { io: 'input' }) });
