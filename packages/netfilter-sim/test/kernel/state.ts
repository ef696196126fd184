import type { Case } from '../../src/cases/case.ts';
import { newHostState } from '../../src/host/host.ts';
import type { HostState } from '../../src/host/host.ts';
import { parseIpSets } from '../../src/ruleset/ipset/read/sets.ts';

/** 2026-01-01: rules ask the clock about days long before that (`-m time`). */
const NOON = 1_767_268_800;

/** The state that a case begins with: its sets, and nothing that packets left. */
export const stateBefore = ({ sets = '' }: Pick<Case, 'sets'>): HostState => ({
  ...newHostState(),
  wallClock: { utcSeconds: NOON },
  sets: parseIpSets(sets, { file: 'sets' }),
});
