import type { Resolver } from '../machine.ts';
import { readMuslConfig } from './config.ts';
import type { MuslLookup } from './lookup.ts';
import { stepMusl } from './reply.ts';
import { startMusl } from './transmit.ts';

/** `getaddrinfo` of musl 1.2.3 (Debian 12). It has no TCP: that came with 1.2.4. */
export const muslResolver: Resolver<MuslLookup> = { readConfig: readMuslConfig, start: startMusl, step: stepMusl };
