export { readNodeFolder, readText } from './files.ts';
export { PAINT } from './paint.ts';
export { runProgram, UsageError } from './program.ts';
