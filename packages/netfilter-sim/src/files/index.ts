/**
 * A node read from a folder of files.
 * @module @nodelocal/netfilter-sim/node
 */

export { nodeFrom, readNodeFolder } from './folder.ts';
export { readOctets, readText } from './text.ts';
