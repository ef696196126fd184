import { readResolvConf } from '../config.ts';
import type { Resolver } from '../machine.ts';
import type { Lookup } from './lookup.ts';
import { stepLookup } from './reply.ts';
import { startLookup } from './search.ts';

/** `getaddrinfo` of glibc 2.36 (Debian 12). */
export const glibcResolver: Resolver<Lookup> = { readConfig: readResolvConf, start: startLookup, step: stepLookup };
