import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const TRACK = rules({ filter: ['-A FORWARD -m conntrack --ctstate INVALID -j DROP'] });

/** Who, flags, sequence, acknowledgement, octets; then the state and the seconds that the table shows. */
type Row = readonly [who: '>' | '<', flags: string, seq: number, ack: number, payload: number, shows: string];

const follow = (segments: readonly Row[]): readonly string[] => {
  const node = lab(TRACK);
  return segments.map(([who, flags, seq, ack, payload]) => {
    const ends = who === '>' ? 'pod1: tcp 10.244.1.5:1000 > 10.244.2.7:53' : 'eth0: tcp 10.244.2.7:53 > 10.244.1.5:1000';
    const { outcome } = node.send(`${ends} flags ${flags} seq ${seq} ack ${ack} payload ${payload}`);
    const line = node.table()[0];
    const found = line === undefined ? null : /6 (\d+) (\S+)/.exec(line);
    const state = found === null ? 'no entry' : `${found[2]} ${found[1]}${line?.includes('ASSURED') === true ? ' [ASSURED]' : ''}`;
    return outcome.kind === 'dropped' ? `invalid, ${state}` : state;
  });
};

const check = (segments: readonly Row[]): void => {
  expect(follow(segments)).toEqual(segments.map(([, , , , , shows]) => shows));
};

describe('a connection', () => {
  it('opens, carries a query and its answer, and closes', () => {
    check([
      ['>', 'S', 100, 0, 0, 'SYN_SENT 120'],
      ['<', 'SA', 500, 101, 0, 'SYN_RECV 60'],
      ['>', 'A', 101, 501, 0, 'ESTABLISHED 432000 [ASSURED]'],
      ['>', 'PA', 101, 501, 30, 'ESTABLISHED 300 [ASSURED]'],
      ['<', 'PA', 501, 131, 60, 'ESTABLISHED 300 [ASSURED]'],
      ['>', 'A', 131, 561, 0, 'ESTABLISHED 432000 [ASSURED]'],
      ['>', 'FA', 131, 561, 0, 'FIN_WAIT 120 [ASSURED]'],
      ['<', 'A', 561, 132, 0, 'CLOSE_WAIT 60 [ASSURED]'],
      ['<', 'FA', 561, 132, 0, 'LAST_ACK 30 [ASSURED]'],
      ['>', 'A', 132, 562, 0, 'TIME_WAIT 120 [ASSURED]'],
    ]);
  });

  it('opens again from TIME_WAIT', () => {
    check([
      ['>', 'S', 100, 0, 0, 'SYN_SENT 120'],
      ['<', 'SA', 500, 101, 0, 'SYN_RECV 60'],
      ['>', 'A', 101, 501, 0, 'ESTABLISHED 432000 [ASSURED]'],
      ['>', 'FA', 101, 501, 0, 'FIN_WAIT 120 [ASSURED]'],
      ['<', 'FA', 501, 102, 0, 'LAST_ACK 30 [ASSURED]'],
      ['>', 'A', 102, 502, 0, 'TIME_WAIT 120 [ASSURED]'],
      ['>', 'S', 9000, 0, 0, 'SYN_SENT 120'],
    ]);
  });

  it('is forgotten at once when its SYN is reset', () => {
    check([
      ['>', 'S', 100, 0, 0, 'SYN_SENT 120'],
      ['<', 'RA', 0, 101, 0, 'no entry'],
    ]);
  });

  it('is not ended by a reset from outside its window', () => {
    check([
      ['>', 'S', 100, 0, 0, 'SYN_SENT 120'],
      ['<', 'SA', 500, 101, 0, 'SYN_RECV 60'],
      ['>', 'A', 101, 501, 0, 'ESTABLISHED 432000 [ASSURED]'],
      ['<', 'R', 400, 0, 0, 'invalid, ESTABLISHED 432000 [ASSURED]'],
      ['<', 'R', 501, 0, 0, 'CLOSE 10 [ASSURED]'],
    ]);
  });

  it('takes no segment from far outside its window', () => {
    check([
      ['>', 'S', 100, 0, 0, 'SYN_SENT 120'],
      ['<', 'SA', 500, 101, 0, 'SYN_RECV 60'],
      ['>', 'A', 101, 501, 0, 'ESTABLISHED 432000 [ASSURED]'],
      ['>', 'PA', 900_000, 501, 10, 'invalid, ESTABLISHED 432000 [ASSURED]'],
    ]);
  });

  it.each(['FS', 'SR', 'F', 'FPU'])('has no segment with the flags %s', (flags) => {
    expect(follow([['>', flags, 1, 0, 0, '']])).toEqual(['invalid, no entry']);
  });
});
