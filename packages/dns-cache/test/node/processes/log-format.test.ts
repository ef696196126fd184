import { describe, expect, it } from 'vitest';
import { formatLine } from '../../../src/node/processes/log-format.ts';

const NOW = new Date(Date.UTC(2026, 10, 30, 9, 0, 0));

describe('a line of the log', () => {
  it('is as it was said, or a line of JSON', () => {
    expect(formatLine('[INFO] Tearing down', 'text', NOW)).toBe('[INFO] Tearing down');
    const told = (line: string): unknown => JSON.parse(formatLine(line, 'json', NOW));
    const time = '2026-11-30T09:00:00.000Z';
    expect(told('[INFO] Tearing down')).toEqual({ time, level: 'info', message: 'Tearing down' });
    expect(told('[ERROR] plugin/errors: 2 a. A: i/o timeout')).toEqual({ time, level: 'error', plugin: 'errors', message: '2 a. A: i/o timeout' });
    expect(told('.:53 on 10.96.0.10')).toEqual({ time, level: 'info', message: '.:53 on 10.96.0.10' });
    expect(told('[INFO] Using config file:\n.:53 {\n}')).toEqual({ time, level: 'info', message: 'Using config file:\n.:53 {\n}' });
  });

  it('is one line, whatever it says', () => {
    expect(formatLine('[WARNING] a\n"b"\u2028', 'json', NOW)).not.toMatch(/\n/);
  });
});
