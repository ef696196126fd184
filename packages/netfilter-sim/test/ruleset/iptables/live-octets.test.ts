import { applyTarget, ruleMatches } from '@nodelocal/netfilter-sim';
import type { ConntrackView, Family, Packet, PacketContext } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { account, nothingCarried } from '../../../src/conntrack/entry/accounting.ts';
import { invertTuple, readTuple } from '../../../src/conntrack/entry/tuple.ts';
import { asSent, askKernel, canAskKernel, PACKETS } from './live/send-raw.ts';
import { entry, ruleOf, world } from './support/context.ts';
import type { World } from './support/context.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** The connection that the packet begins. */
const begun = (packet: Packet): ConntrackView => {
  const original = readTuple(packet);
  const reply = original.kind === 'tuple' ? invertTuple(original.tuple) : original;
  if (original.kind !== 'tuple' || reply.kind !== 'tuple') return { kind: 'none' };
  const accounting = nothingCarried();
  account(accounting, packet, 'original');
  const fresh = entry({ original: original.tuple, reply: reply.tuple, accounting, status: { confirmed: false, destinationNat: false } });
  return { kind: 'tracked', info: 'new', direction: 'original', entry: fresh };
};

const contextOf = (packet: Packet, of: World = world()): PacketContext =>
  of.context({ packet, table: 'mangle', hook: 'OUTPUT', inDevice: '', outDevice: 'lo', conntrack: begun(packet) });

/** What the model says of a rule; `undefined`: it does not know. */
const says = (rule: string, family: Family, packet: Packet): boolean | undefined => {
  const here = world();
  const result = ruleMatches(ruleOf(rule, { family, table: 'mangle', chain: 'OUTPUT' }), contextOf(packet, here), 'rule');
  return typeof result === 'object' || here.asked.length > 0 ? undefined : result === 'match';
};

/** Where the model says something, it must be what the kernel says; and it must say enough. */
const compare = (family: Family, rules: readonly string[], knownShare: number): void => {
  const kernel = askKernel(family, rules, PACKETS[family]);
  const told = PACKETS[family].flatMap((wire, at) =>
    rules.map((rule, number) => ({ rule, wire, model: says(rule, family, asSent(wire)), kernel: kernel[at]?.[number] })),
  );
  const wrong = told.filter(({ model, kernel: answer }) => model !== undefined && model !== answer);
  expect(wrong.map(({ rule, wire, kernel: answer }) => `${answer ? 'holds' : 'fails'}: ${rule}: ${JSON.stringify(wire)}`)).toEqual([]);
  expect(told.filter(({ model }) => model !== undefined).length / told.length).toBeGreaterThan(knownShare);
};

const pick = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

describe.skipIf(!canAskKernel('ipv4', ['-m u32 --u32 "0=0"']))('u32 on the live kernel (skipped without root or xt_u32)', () => {
  const step = fc.oneof(
    pick('&0xff', '&0xffff', '&0xff00', '&0x1fff', '>>24&0xff', '>>16', '>>8', '<<8', '<<31', '>>22&0x3c@0', '>>22&0x3c@4', '>>26&0x3c@0&0xff', '>>16@0'),
    pick(''),
  );
  const value = pick('0', '0x45000027', '17', '6', '0:5', '53', '0x50', '0x7f000001', '64', '0x40000000:0x4fffffff', '4001:65535', '0:0xffffffff', '1,2,3,53', '0x61616161', '8');
  const test = fc.tuple(pick(0, 1, 2, 4, 6, 8, 9, 12, 16, 20, 22, 24, 28, 36, 40, 42, 44, 100), step, value).map(([offset, steps, wanted]) => `${offset}${steps}=${wanted}`);
  const rule = fc.tuple(pick('', '', '! '), fc.array(test, { minLength: 1, maxLength: 2 })).map(([not, tests]) => `-m u32 ${not}--u32 "${tests.join('&&')}"`);

  it.each(FAMILIES)('says of packets of %s what the model says', { timeout: 60_000 }, (family) => {
    compare(family, fc.sample(rule, { seed: 5, numRuns: 150 }), 0.7);
  });
});

const UNSIGNED_32 = [0, 1, 4, 17, 53, 80, 255, 0x3c, 0x7f00_0001, 0xffff, 0xffff_ffff] as const;

describe.skipIf(!canAskKernel('ipv4', ['-m bpf --bytecode "1,6 0 0 1"']))('bpf on the live kernel (skipped without root or xt_bpf)', () => {
  const number = pick(...UNSIGNED_32);
  const offset = pick(0, 1, 2, 6, 8, 9, 12, 16, 20, 22, 24, 28, 40, 42, 100);
  const plain = fc.oneof(
    fc.tuple(pick(0x20, 0x28, 0x30, 0x40, 0x48, 0x50), offset).map(([code, k]) => `${code} 0 0 ${k}`),
    fc.tuple(pick(0x04, 0x14, 0x24, 0x44, 0x54, 0x94, 0xa4, 0x34), fc.constantFrom(1, 3, 17, 255, 0xffff)).map(([code, k]) => `${code} 0 0 ${k}`),
    fc.tuple(pick(0x64, 0x74), pick(1, 8, 31)).map(([code, k]) => `${code} 0 0 ${k}`),
    pick(0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c, 0x6c, 0x7c, 0x9c, 0xac, 0x84, 0x07, 0x87, 0x80, 0x81).map((code) => `${code} 0 0 0`),
    fc.tuple(pick(0x00, 0x01), number).map(([code, k]) => `${code} 0 0 ${k}`),
    offset.map((k) => `177 0 0 ${k}`),
    pick('2 0 0 3', '3 0 0 3'),
  );
  const branch = fc.tuple(pick(0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d), pick(0, 1, 2), pick(0, 1), number).map(([code, yes, no, k]) => `${code} ${yes} ${no} ${k}`);
  // Memory is written first; three returns at the end take every jump.
  const program = fc
    .tuple(fc.array(fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: branch }), { minLength: 2, maxLength: 12 }), pick('22 0 0 0', '6 0 0 1'))
    .map(([body, end]) => ['48 0 0 9', '2 0 0 3', ...body, '96 0 0 3', end, '6 0 0 0', '6 0 0 1']);
  const rule = program.map((steps) => `-m bpf --bytecode "${steps.length},${steps.join(',')}"`);

  it.each(FAMILIES)('says of packets of %s what the model says', { timeout: 60_000 }, (family) => {
    compare(family, fc.sample(rule, { seed: 6, numRuns: 150 }), 0.7);
  });

  it.each(['2,6 0 0 1,32 0 0 0', '1,32 0 0 0', '2,96 0 0 1,6 0 0 1', '2,52 0 0 0,6 0 0 1', '2,5 0 0 1,6 0 0 1', '2,21 1 0 0,6 0 0 1', '2,100 0 0 32,6 0 0 1', '2,2 0 0 16,6 0 0 1', '1,14 0 0 0', '2,33 0 0 0,6 0 0 1', '2,32 0 0 4294963202,6 0 0 1'])(
    'refuses %s, and so does the model',
    (program) => {
      const text = `-m bpf --bytecode "${program}"`;
      expect(canAskKernel('ipv4', [text])).toBe(false);
      expect(() => ruleOf(text)).toThrow(/kernel refuses/);
    },
  );
});

describe.skipIf(!canAskKernel('ipv4', ['-m string --algo kmp --string a']))('string on the live kernel (skipped without root or xt_string)', () => {
  const pattern = pick('"|7f0000|"', '"|61|"', '"|6161616161|"', '"|0035|"', '"|4500|"', '"|11|"', '"|1111|"', '"|0001fd|"', '"|616161616161616161616161|"', '"|50022000|"');
  const rule = fc
    .record({ not: pick('', '! '), algorithm: pick('bm', 'kmp'), pattern, from: pick('', ' --from 1', ' --from 12', ' --from 28', ' --from 40'), to: pick('', ' --to 16', ' --to 31', ' --to 45', ' --to 65535'), fold: pick('', ' --icase') })
    .filter(({ from, to }) => to === '' || Number(from.slice(7)) <= Number(to.slice(5)))
    .map(({ not, algorithm, pattern: wanted, from, to, fold }) => `-m string ${not}--hex-string ${wanted} --algo ${algorithm}${from}${to}${fold}`);

  it.each(FAMILIES)('finds in packets of %s what the model finds', { timeout: 60_000 }, (family) => {
    compare(family, fc.sample(rule, { seed: 10, numRuns: 150 }), 0.4);
  });
});

describe.skipIf(!canAskKernel('ipv4', ['-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1']))('cluster on the live kernel (skipped without root or xt_cluster)', () => {
  const rule = fc
    .record({ nodes: fc.integer({ min: 1, max: 32 }), node: fc.nat(31), seed: fc.nat(), not: pick('', '! ') })
    .map(({ nodes, node, seed, not }) => `-m cluster --cluster-total-nodes ${nodes} ${not}--cluster-local-node ${1 + (node % nodes)} --cluster-hash-seed ${seed}`);

  it.each(FAMILIES)('gives connections of %s to the node of the model', { timeout: 60_000 }, (family) => {
    compare(family, fc.sample(rule, { seed: 7, numRuns: 100 }), 0.99);
  });
});

describe.skipIf(!canAskKernel('ipv4', ['-m connbytes --connbytes 1 --connbytes-dir both --connbytes-mode bytes']))('connbytes on the live kernel (skipped without root or xt_connbytes)', () => {
  const rule = fc
    .record({ from: pick(0, 1, 2, 31, 39, 43, 59), to: pick('', ':', ':2', ':100', ':39'), direction: pick('original', 'reply', 'both'), mode: pick('packets', 'bytes', 'avgpkt'), not: pick('', '! ') })
    .filter(({ from, to }) => to.length < 2 || from <= Number(to.slice(1)))
    .map(({ from, to, direction, mode, not }) => `-m connbytes ${not}--connbytes ${from}${to} --connbytes-dir ${direction} --connbytes-mode ${mode}`);

  it.each(FAMILIES)('counts the first packet of %s as the model does', { timeout: 60_000 }, (family) => {
    compare(family, fc.sample(rule, { seed: 8, numRuns: 100 }), 0.99);
  });
});

describe.skipIf(!canAskKernel('ipv4', ['-j HMARK --hmark-tuple src --hmark-rnd 1 --hmark-mod 2']))('HMARK on the live kernel (skipped without root or xt_HMARK)', () => {
  const modulus = 5;
  const target = fc
    .record({
      fields: fc.subarray(['--hmark-src-prefix 24', '--hmark-dst-prefix 30', '--hmark-sport-mask 0xfff0', '--hmark-dport-mask 0xff', '--hmark-sport 0x3', '--hmark-dport 0x101', '--hmark-proto-mask 0xff'], { minLength: 1 }),
      seed: fc.nat(),
      by: pick('', ' --hmark-tuple ct', ' --hmark-tuple src,dport', ' --hmark-tuple ct,src,dst'),
      offset: pick('', ' --hmark-offset 10'),
    })
    .map(({ fields, seed, by, offset }) => `-j HMARK ${fields.join(' ')}${by} --hmark-rnd ${seed} --hmark-mod ${modulus}${offset}`);
  const marks = Array.from({ length: modulus + 10 }, (_, mark) => mark);

  it.each(FAMILIES)('marks packets of %s as the model does', { timeout: 60_000 }, (family) => {
    const targets = fc.sample(target, { seed: 9, numRuns: 40 });
    // HMARK itself makes nobody track connections.
    const track = '-m conntrack --ctstate NEW';
    const rules = targets.flatMap((one) => [track, '-j MARK --set-mark 99', one, ...marks.map((mark) => `-m mark --mark ${mark}`)]);
    const kernel = askKernel(family, rules, PACKETS[family]);
    const told = PACKETS[family].flatMap((wire, at) =>
      targets.map((one, number) => {
        const rule = ruleOf(one, { family, table: 'mangle', chain: 'OUTPUT' });
        const outcome = rule.target.kind === 'extension' ? applyTarget(rule.target.target, contextOf(asSent(wire))) : undefined;
        const begin = number * (marks.length + 3) + 3;
        const found = marks.filter((mark) => kernel[at]?.[begin + mark] === true);
        return { one, wire, model: outcome, kernel: { kind: 'continue', changes: found.map((mark) => ({ kind: 'set-mark', mark })) } };
      }),
    );
    const wrong = told.filter(({ model, kernel: answer }) => JSON.stringify(model) !== JSON.stringify(answer));
    expect(wrong.map((one) => JSON.stringify(one))).toEqual([]);
  });
});
