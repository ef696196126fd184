/** What is measured, in the order in which it is shown, and with how many digits. */
export const ROWS = {
  'CPU per hit at 500 a second, µs': 1,
  'CPU per hit at 2,000 a second, µs': 1,
  'CPU per hit at 10,000 a second, µs': 1,
  'CPU per hit at full speed, µs': 2,
  '  of it in the process': 2,
  '  of it in the kernel': 2,
  'hits a second': 0,
  'hits lost': 0,
  'hit at half load, p50, µs': 0,
  'hit at half load, p99, µs': 0,
  'CPU per miss over UDP, 4 at once, µs': 1,
  'CPU per miss over UDP, 100 at once, µs': 1,
  'misses over UDP a second': 0,
  'miss over UDP at half load, p50, µs': 0,
  'miss over UDP at half load, p99, µs': 0,
  'CPU per miss over TCP, 4 at once, µs': 1,
  'CPU per miss over TCP, 100 at once, µs': 1,
  'misses over TCP a second': 0,
  'miss over TCP at half load, p50, µs': 0,
  'miss over TCP at half load, p99, µs': 0,
  'hits and misses a second, full load': 0,
  'at twice that, answered, %': 1,
  'at twice that, SERVFAIL': 0,
  'at twice that, p99, ms': 1,
  'at twice that, memory over before, MB': 1,
  'dead upstream, hits answered, %': 1,
  'dead upstream, hits, p99, ms': 1,
  'answers after its start, ms': 0,
  'stopped with 20 answers over UDP, no answer or SERVFAIL': 0,
  'stopped with 20 answers over UDP, asked again': 0,
  'stopped with 20 answers over TCP, no answer or SERVFAIL': 0,
  'stopped with 20 answers over TCP, asked again': 0,
  'upstream closes behind each answer, no answer or SERVFAIL of 50': 0,
  'malformed answer over UDP, client waits, ms': 0,
  'hits that its threads have time for': 0,
  'misses that its threads have time for': 0,
  'memory when started, MB': 1,
  'memory with both stores full, MB': 1,
} as const;

export type Row = keyof typeof ROWS;

/** Everything that was measured of one server, turn by turn. */
export interface Measured {
  readonly name: string;
  readonly values: Map<Row, number[]>;
}

export const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
