import { newHostState } from '../../src/host/host.ts';
import type { HostState } from '../../src/host/host.ts';

/** 2026-01-01: rules ask the clock about days long before that (`-m time`). */
const NOON = 1_767_268_800;

/** The state that a case begins with. */
export const freshState = (): HostState => ({ ...newHostState(), wallClock: { utcSeconds: NOON } });
