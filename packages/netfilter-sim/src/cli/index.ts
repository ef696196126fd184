export { kernelsOption } from './options.ts';
export { PAINT } from './paint.ts';
export { runProgram, UsageError } from './program.ts';
export { versionIn } from './version.ts';
