/**
 * What properties are about, for fast-check: each value is one that the library takes, and shrinks to something short.
 * @module @nodelocal/netfilter-sim/fast-check
 */

export { addresses, ports, prefixes } from './addresses.ts';
export type { PacketConstraints } from './packets.ts';
export { packets } from './packets.ts';
export type { RuleSetConstraints } from './rule-sets.ts';
export { ruleSets } from './rule-sets.ts';
export type { NodeConstraints } from './nodes.ts';
export { nodes } from './nodes.ts';
export type { Traffic, TrafficConstraints } from './traffic.ts';
export { traffic } from './traffic.ts';
export type { ScheduleConstraints } from './schedules.ts';
export { schedules } from './schedules.ts';
