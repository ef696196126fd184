import type { Resolver } from '../machine.ts';
import { readNodeConfig } from './config.ts';
import type { NodeLookup } from './lookup.ts';
import { startNode, stepNode } from './steps.ts';

/**
 * `dns.resolve4` and `dns.resolve6` of Node 20.20 (c-ares 1.34.6) together. Node's `dns.lookup` is the libc's
 * `getaddrinfo` instead. Not modelled: that c-ares asks a server that failed more than five seconds ago besides the
 * chosen one, one time in ten.
 */
export const nodeResolver: Resolver<NodeLookup> = { readConfig: readNodeConfig, start: startNode, step: stepNode };
