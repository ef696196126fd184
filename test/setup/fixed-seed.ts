import * as fc from 'fast-check';
import process from 'node:process';

/*
 * The same suite for everybody: properties without a seed of their own draw the same inputs in every run. `pnpm test:fresh`
 * gives another seed, and prints it.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
