import type { Fact } from './facts.ts';

/** A row of the table that holds in every case alike, so that no case has to name it. */
interface EverywhereRow {
  readonly row: `N${number}`;
  /** What is left of a fact once the row is granted. */
  readonly facts?: (fact: Fact) => unknown;
  /** Lines of node-cache that we do not print. */
  readonly lost?: readonly RegExp[];
  /** Lines of ours that it does not print. */
  readonly ours?: readonly RegExp[];
}

const MORE_FAMILIES = new Set(['coredns_nodecache_mended_total', 'coredns_shed_dropped_total']);

const withoutMended = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('coredns_nodecache_mended_total')));

/** Which families, where that was recorded and not only how many. */
const familiesOf = (value: unknown): unknown => {
  if (typeof value === 'number') return 'some';
  if (Array.isArray(value)) return value.filter((name: string) => !MORE_FAMILIES.has(name));
  return Object.fromEntries(Object.entries(value as Readonly<Record<string, unknown>>).filter(([name]) => !MORE_FAMILIES.has(name)));
};

/** How often was left to the time that it took. */
const failedAtAll = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, name === 'coredns_reload_failed_total' && value !== '0' ? 'some' : value]));

const ofValues =
  (change: (values: Readonly<Record<string, string>>) => unknown) =>
  ({ field, value }: Fact): unknown =>
    field === 'metrics values' && value !== null ? change(value as Readonly<Record<string, string>>) : value;

/** A reply's flags are words. */
const withoutAuthority = (reply: unknown): unknown =>
  typeof reply === 'object' && reply !== null && 'flags' in reply ? { ...reply, flags: String(reply.flags).replace(/^aa ?/, '') } : reply;

export const EVERYWHERE: readonly EverywhereRow[] = [
  { row: 'N1', ours: [/^\[WARNING\] -syncinterval: \dns is taken for \d s, as node-cache takes it; write \ds$/] },
  { row: 'N7', lost: [/^Usage of /, /^Runs CoreDNS v<version> as/, /^ {2}-[a-z.-]+/, /^ {4}\t/] },
  { row: 'N13', lost: [/^\[WARNING\] Unable to lookup IP address of Upstream service /] },
  {
    row: 'N27',
    lost: [/^\[INFO\] Skipping kube-dns configmap sync as no directory was specified$/, /^\[INFO\] Using Pidfile $/, /^\[WARNING\] Exiting iptables\/interface check goroutine$/],
  },
  { row: 'N28', ours: [/^\[INFO\] Added address - \S+ to \S+$/, /caches: (?:saved|took \d+ entries)$/] },
  { row: 'N32', ours: [/^\[INFO\] Tearing down$/] },
  { row: 'N40', facts: (fact) => (fact.field === 'metrics families' && fact.value !== null ? familiesOf(fact.value) : fact.value) },
  { row: 'N41', facts: ofValues(failedAtAll) },
  // Come where a machine is slow.
  { row: 'N46', ours: [/^\[WARNING\] Making sure that no earlier start left rules here: no server for \d s$/] },
  {
    row: 'N75',
    ours: [/^\[INFO\] The rules are in place: queries are led here$/, /^\[INFO\] Ended: (?:its rules and addresses are gone|some of its rules or addresses are left|link and rules stay, as -skipteardown asks)$/],
  },
  { row: 'N69', facts: ofValues(withoutMended) },
  { row: 'N76', facts: ({ field, value }) => (field === 'reply' ? withoutAuthority(value) : value) },
];

/** What is said where all takes ten times as long, as in a kernel that is booted under emulation: servers seem silent, and are replaced (N49). */
export const SAID_WHERE_SLOW: readonly RegExp[] = [
  /^\[ERROR\] Killing server \d+: nothing was heard of it for [\d.]+ s$/,
  /^\[ERROR\] Queries go to kube-dns for now: no server for \d s$/,
  /^\[ERROR\] Server \d+ is no more: it was ended by SIGKILL$/,
  /^\[WARNING\] plugin\/health: Local health request to \S+ failed:/,
];

/** Whoever is alerted by a line looks for what stands before the reason, which is in words of our own (N29). */
const ALERTS: readonly RegExp[] = [
  /^\[ERROR\] Failed to read node-cache coreFile \S+ -/,
  /^\[ERROR\] Failed to write config file \S+ - err/,
  /^\[ERROR\] Failed to sync kube-dns config directory \S+, err:/,
  /^\[ERROR\] Could not write pidfile:/,
  /^\[ERROR\] Error checking dummy device \S+ -/,
  /^\[ERROR\] Failed to add non-existent interface [^:]+:/,
  /^\[ERROR\] (?:Error checking\/adding|Failed deleting) iptables rule \{.*\}, error -/,
  /^\[ERROR\] Failed checking iptables rule after deletion, rule - \{.*\}, error -/,
  /^\[ERROR\] Restart failed:/,
  /^\[ERROR\] plugin\/reload: Corefile changed but reload failed:/,
  /^\[ERROR\] plugin\/errors: \d \S+ \S+: \w+ (?:udp|tcp)/,
];

/** What of a line is compared. */
export const withoutReason = (line: string): string => ALERTS.flatMap((head) => head.exec(line)?.[0] ?? [])[0] ?? line;

/** What is left of a value when these rows are granted. */
export const grant = (fact: Fact): unknown => EVERYWHERE.reduce((value, { facts }) => (facts === undefined ? value : facts({ ...fact, value })), fact.value);
