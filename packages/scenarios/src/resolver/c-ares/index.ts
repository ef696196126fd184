import type { Resolver } from '../machine.ts';
import { readCaresConfig } from './config.ts';
import type { CaresLookup } from './lookup.ts';
import { stepCares } from './reply.ts';
import { startCares } from './search.ts';

/** `ares_getaddrinfo` of c-ares 1.18.1 (Debian 12). Later versions choose servers and wait otherwise. */
export const caresResolver: Resolver<CaresLookup> = { readConfig: readCaresConfig, start: startCares, step: stepCares };
