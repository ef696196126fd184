import type { Resolver } from '../machine.ts';
import { readGoConfig } from './config.ts';
import type { GoLookup } from './lookup.ts';
import { startGo, stepGo } from './steps.ts';

/**
 * The resolver of Go 1.26 that is written in Go (`GODEBUG=netdns=go`, or `PreferGo`). Go 1.19 (Debian 12) asks alike, but for
 * `trust-ad`, which it does not know.
 */
export const goResolver: Resolver<GoLookup> = { readConfig: readGoConfig, start: startGo, step: stepGo };
