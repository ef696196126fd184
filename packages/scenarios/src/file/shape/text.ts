import { z } from 'zod';

/** A text, or the file beside this one that has it. */
export const textShape = (what: string) =>
  z.union([z.string(), z.strictObject({ file: z.string().min(1).describe('beside this file') })]).describe(`${what}: the text itself, or { file: NAME }`);

export type TextOrFile = z.output<ReturnType<typeof textShape>>;
