import { parseJson } from '@nodelocal/netfilter-sim/json';
import { describe, expect, it } from 'vitest';
import { timestampIn } from '../../src/kubernetes/listing/timestamp.ts';
import { addressLines } from '../../src/lesson/print/address.ts';
import { ageText } from '../../src/lesson/print/age.ts';
import { nslookupLines } from '../../src/lesson/print/nslookup.ts';
import { tableLines } from '../../src/lesson/print/table.ts';
import { nodeWithCache } from '../../src/lesson/model/node.ts';
import { CLUSTER } from '../support/lesson-steps.ts';

describe('an age', () => {
  const [minute, hour, day] = [60, 3600, 86_400];

  // The cases of util/duration/duration_test.go of k8s.io/apimachinery, and what lies between.
  it.each([
    [-1, '0s'],
    [1, '1s'],
    [119, '119s'],
    [2 * minute, '2m'],
    [9 * minute + 59, '9m59s'],
    [10 * minute, '10m'],
    [3 * hour - 1, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 59 * minute, '7h59m'],
    [8 * hour + minute, '8h'],
    [2 * day - 1, '47h'],
    [2 * day, '2d'],
    [7 * day + 23 * hour, '7d23h'],
    [8 * day + hour, '8d'],
    [729 * day, '729d'],
    [2 * 365 * day + day, '2y1d'],
    [8 * 365 * day + day, '8y'],
  ])('of %d s is %s', (seconds, text) => {
    expect(ageText(seconds)).toBe(text);
  });
});

describe('a timestamp', () => {
  const read = (text: string): number => timestampIn(parseJson('pods.json', JSON.stringify(text)));

  it.each(['1970-01-01T00:00:00Z', '2000-02-29T23:59:59Z', '2026-11-30T08:13:00Z'])('is read: %s', (text) => {
    expect(read(text)).toBe(Date.parse(text) / 1000);
  });

  it('is refused where it is none', () => {
    expect(() => read('yesterday')).toThrow('a time such as 2026-11-30T08:00:00Z');
  });
});

it('a table has three spaces between its columns, and none narrower than six', () => {
  expect(tableLines([['A', 'LONG NAME', 'C'], ['b', 'x', 'wide']])).toEqual(['A     LONG NAME   C', 'b     x           wide']);
});

describe('an interface', () => {
  it('that is not there', () => {
    expect(addressLines(nodeWithCache(CLUSTER).host, 'none')).toEqual(['Device "none" does not exist.']);
  });

  it('that is up', () => {
    const { host } = nodeWithCache(CLUSTER);
    const up = { ...host, interfaces: host.interfaces.map((device) => ({ ...device, up: true })) };
    expect(addressLines(up, 'nodelocaldns')[0]).toBe('4: nodelocaldns: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN group default ');
  });
});

describe('nslookup', () => {
  it.each([
    [{ kind: 'not-found' }, "** server can't find a.b: NXDOMAIN"],
    [{ kind: 'failed', why: 'server-failure' }, "** server can't find a.b: SERVFAIL"],
    [{ kind: 'failed', why: 'refused' }, "** server can't find a.b: REFUSED"],
  ] as const)('of %j', (result, line) => {
    expect(nslookupLines('a.b', '10.96.0.10', result)).toEqual(['Server:\t\t10.96.0.10', 'Address:\t10.96.0.10#53', '', line, '']);
  });

  it('of nobody', () => {
    expect(nslookupLines('a.b', '10.96.0.10', { kind: 'failed', why: 'timed-out' })).toEqual([';; connection timed out; no servers could be reached', '']);
  });
});
