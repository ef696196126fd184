import { atMs, parseIpSets, printIpSets } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../../support/namespace.ts';
import { comparable, takeLines } from './lines.ts';

const pick = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** Addresses and the like in the spellings that people use. */
const ADDRESS = pick('192.0.2.7', '192.0.2.8', '192.0.519', '0xc0.0.2.7', '3221225991', '192.2', '10.1', '0', '0300.0.2.7', '192.0.2.256', '1.2.3.4.5', 'x', '');
const NETWORK = pick('192.0.2.0/24', '192.0.2.7/24', '192.2/30', '0/0', '10/8', '192.0.2.7', '0/1', '192.0.2.0/33', '192.0.2.0/0x18', '192.0.2.1-192.0.2.4', '0-5', '192.0.2.9-192.0.2.7', '0/');
const MAC = pick('2:a:0:b:0:c', '02:0A:00:0b:00:0c', '00:00:00:00:00:00', '2:0:0:0:0:100', '2-0-0-0-0-1', '02:00:00:00:00', '020:0:0:0:0:1');
const PORT = pick('53', 'tcp:80', 'udp:domain', 'udp:DOMAIN', '70000', 'icmp:echo-request', 'icmp:8/0', '80-82', '82-80', 'tcp:http', 'sctp:5', 'gre:0', 'UDP:53', '17:9');

const element: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'bitmap:ip range 192.0.2.0/24 timeout 500': ADDRESS,
  'bitmap:ip range 192.0.2.9-192.0.2.4': ADDRESS,
  'bitmap:ip range 192.2/24': ADDRESS,
  'bitmap:ip,mac range 192.0.2.0/24 timeout 500': fc.oneof(ADDRESS, fc.tuple(pick('192.0.2.7', '192.0.2.8'), MAC).map((parts) => parts.join(','))),
  'bitmap:port range 90-50': pick('53', '80', 'tcp:80', 'domain', '49', '80-82'),
  'hash:ip': ADDRESS,
  'hash:ip netmask 24': ADDRESS,
  'hash:net': NETWORK,
  'hash:net,iface': fc.tuple(NETWORK, pick('eth0', 'lo', '')).map((parts) => parts.join(',')),
  'hash:ip,port': fc.tuple(pick('192.0.2.7', '192.2'), PORT).map((parts) => parts.join(',')),
};

const script = fc.constantFrom(...Object.keys(element)).chain((header) =>
  fc.array(fc.tuple(element[header] ?? fc.constant(''), header.includes('timeout') ? pick('', '', ' timeout 900', ' timeout 0') : pick('')), { minLength: 1, maxLength: 5 }).map((lines) => [
    `create s ${header}`,
    ...lines.map(([text, timeout]) => `add s ${text}${timeout}`),
  ]),
);

/** What each line came to, and what is listed in the end, without what chance and the clock decide. */
interface Outcome {
  readonly taken: readonly boolean[];
  readonly listed: readonly string[];
}

const onKernel = (lines: readonly string[]): Outcome => {
  const { stdout } = inNamespace([...lines.map((line) => `ipset ${line} 2>/dev/null; echo taken $?`), 'echo SETS', 'ipset save'].join('\n'));
  const [before = '', saved = ''] = stdout.split('SETS\n');
  return { taken: before.split('\n').filter((line) => line !== '').map((line) => line === 'taken 0'), listed: comparable(saved) };
};

const onModel = (lines: readonly string[]): Outcome => {
  const { taken, text } = takeLines(lines);
  return { taken, listed: comparable(printIpSets(parseIpSets(text, { file: 'sets' }), atMs(0))) };
};

const why = whyNot('ipset create s hash:ip && ipset create t bitmap:ip,mac range 10.0.0.0/24 && ipset create u hash:net,iface');

describe.skipIf(why !== undefined)(`lines as people write them${skipped(why)}`, () => {
  it('are taken, refused and listed as ipset and the kernel do', { timeout: 120_000 }, () => {
    const scripts = fc.sample(script, { seed: Number(process.env['RULES_SEED'] ?? 4), numRuns: Number(process.env['RULES'] ?? 60) });
    const differing = scripts.map((lines) => ({ lines, model: onModel(lines), kernel: onKernel(lines) })).filter(({ model, kernel }) => JSON.stringify(model) !== JSON.stringify(kernel));
    expect(differing).toEqual([]);
  });
});
