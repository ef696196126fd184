import type { Resolver } from '../machine.ts';
import { readCaresConfig, readDebianNodeConfig } from './config.ts';
import type { CaresLookup } from './lookup.ts';
import { stepCares } from './reply.ts';
import { startCares } from './search.ts';

/** `ares_getaddrinfo` of c-ares 1.18.1 (Debian 12). Later versions choose servers and wait otherwise. */
export const caresResolver: Resolver<CaresLookup> = { readConfig: readCaresConfig, start: startCares('getaddrinfo'), step: stepCares };

/** `dns.resolve4` and `dns.resolve6` together of Node 18.20 as Debian 12 has it, with c-ares 1.18.1: names as they are. */
export const debianNodeResolver: Resolver<CaresLookup> = { readConfig: readDebianNodeConfig, start: startCares('node'), step: stepCares };
