import type { Resolver } from '../machine.ts';
import { readMuslConfig } from './config.ts';
import type { MuslLookup } from './lookup.ts';
import { stepMusl } from './reply.ts';
import { startMusl } from './transmit.ts';

/** `getaddrinfo` of musl 1.2.3 (Debian 12). It has no TCP: a truncated answer is as good as any. */
export const muslResolver: Resolver<MuslLookup> = { readConfig: readMuslConfig, start: startMusl(false), step: stepMusl };

/** `getaddrinfo` of musl 1.2.4 and 1.2.5 (Alpine since 3.18): a truncated answer leads to TCP. */
export const muslTcpResolver: Resolver<MuslLookup> = { readConfig: readMuslConfig, start: startMusl(true), step: stepMusl };
