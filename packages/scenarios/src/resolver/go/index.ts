import type { Resolver } from '../machine.ts';
import { readGoConfig } from './config.ts';
import type { GoLookup } from './lookup.ts';
import { startGo, stepGo } from './steps.ts';

/** The resolver of Go 1.26 that is written in Go (`GODEBUG=netdns=go`, or `PreferGo`). */
export const goResolver: Resolver<GoLookup> = { readConfig: readGoConfig, start: startGo, step: stepGo };
