export { nodeFrom, readNodeFolder } from './folder.ts';
export { readOctets, readText } from './text.ts';
