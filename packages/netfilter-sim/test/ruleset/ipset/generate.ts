import type { Family, SetType } from '@nodelocal/netfilter-sim';
import * as fc from 'fast-check';
import { SET_TYPES } from '../../../src/ruleset/ipset/values/set-type.ts';
import type { PartKind } from '../../../src/ruleset/ipset/values/set-type.ts';

/** Lines of `ipset restore`, rules that use the sets, and packets; few values, so that they meet. */
export interface Experiment {
  readonly family: Family;
  readonly sets: readonly string[];
  readonly rules: string;
  readonly packets: readonly UdpEnds[];
}

interface UdpEnds {
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

/** All of them are the test host's own, on its loopback device. */
export const ADDRESSES: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['127.0.0.1', '127.0.0.2', '127.0.1.1', '127.1.0.1'],
  ipv6: ['fd00::1', 'fd00::2', 'fd00:0:0:1::1', 'fd01::1'],
};

const LENGTHS: Readonly<Record<Family, readonly number[]>> = { ipv4: [0, 1, 8, 16, 24, 31, 32], ipv6: [0, 8, 16, 64, 126, 128] };
const PORTS = [53, 80] as const;

const pick = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const maybe = (text: string): fc.Arbitrary<string> => pick('', text);
const join = (...words: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...words).map((found) => found.filter((word) => word !== '').join(' '));

const part = (kind: PartKind, family: Family): fc.Arbitrary<string> => {
  const address = pick(...ADDRESSES[family]);
  switch (kind) {
    case 'address':
      return address;
    case 'network':
      return fc.tuple(address, pick(...LENGTHS[family])).map(([of, length]) => `${of}/${length}`);
    case 'port':
      return fc.tuple(pick('udp', 'tcp'), pick(...PORTS)).map(([protocol, port]) => `${protocol}:${port}`);
    case 'bare-port':
      return pick(...PORTS).map(String);
    case 'mark':
      return pick('0x0', '0x1', '0x2');
    case 'interface':
      return pick('lo', 'eth0', 'l wildcard', 'lo', 'e wildcard');
    case 'mac':
    case 'set':
      return fc.constant('');
  }
};

interface Named {
  readonly name: string;
  readonly type: SetType;
}

const set = ({ name, type }: Named, family: Family, others: readonly Named[]): fc.Arbitrary<readonly string[]> => {
  const { parts, storage, mask } = SET_TYPES[type];
  const needed = type === 'bitmap:ip' ? ' range 127.0.0.0/16' : type === 'bitmap:port' ? ' range 0-1023' : '';
  const own = storage === 'hash' ? ` family ${family === 'ipv4' ? 'inet' : 'inet6'}` : '';
  return fc
    .tuple(maybe('counters'), maybe('timeout 600'), maybe('skbinfo'), maybe('comment'), mask === 'last' || type === 'hash:ip' ? maybe('netmask 24') : pick(''))
    .chain(([counters, timeout, skbInfo, comment, netmask]) => {
      const fields = parts.map((kind) => part(kind, family));
      const element = storage === 'list' ? pick('missing', ...others.map((other) => other.name)) : fc.tuple(...fields).map((texts) => texts.join(','));
      const line = join(
        element,
        parts.includes('network') ? pick('', '', 'nomatch') : pick(''),
        timeout === '' ? pick('') : pick('', 'timeout 0', 'timeout 300'),
        counters === '' ? pick('') : maybe('packets 1 bytes 30'),
        comment === '' ? pick('') : maybe('comment "why \\ not"'),
        skbInfo === '' ? pick('') : pick('', 'skbmark 0x1', 'skbmark 0x2/0x3', 'skbmark 0x3/0xf0 skbprio 1:a skbqueue 2'),
      );
      return fc.array(line, { maxLength: 5 }).map((lines) => [
        [`create ${name} ${type}${needed}${own}`, netmask, timeout, counters, comment, skbInfo].filter((word) => word !== '').join(' '),
        ...lines.map((text) => `add ${name} ${text}`),
      ]);
    });
};

const reference = (names: readonly Named[]): fc.Arbitrary<string> =>
  fc.tuple(pick(...names), fc.array(pick('src', 'dst'), { minLength: 1, maxLength: 3 })).map(([{ name }, way]) => `${name} ${way.join(',')}`);

const rule = (names: readonly Named[]): fc.Arbitrary<readonly [table: 'mangle' | 'filter', text: string]> => {
  const to = reference(names);
  const chain = pick('INPUT', 'OUTPUT');
  const match = join(
    pick('-m set --match-set', '-m set ! --match-set'),
    to,
    maybe('--return-nomatch'),
    maybe('! --update-counters'),
    maybe('! --update-subcounters'),
    pick('', '', '--packets-eq 2', '! --packets-eq 2', '--packets-gt 1', '--bytes-lt 60', '--bytes-gt 40'),
  );
  const add = join(pick('-j SET --add-set'), to, maybe('--exist'), pick('', '', '--timeout 200', '--timeout 0'));
  const remove = join(pick('-j SET --del-set'), to);
  const map = join(pick('-j SET --map-set'), to, pick('--map-mark'));
  const mark = pick('-m mark --mark 0x1', '-m mark --mark 0x2/0x2', '-m mark --mark 0x3');
  return fc.oneof(
    fc.tuple(chain, pick('mangle' as const, 'filter' as const), fc.oneof({ weight: 3, arbitrary: match }, { weight: 2, arbitrary: add }, remove)),
    fc.tuple(chain, pick('mangle' as const), fc.oneof(map, mark)),
  ).map(([of, table, text]) => [table, `-A ${of} ${text}`]);
};

const rulesText = (rules: readonly (readonly ['mangle' | 'filter', string])[]): string =>
  (['mangle', 'filter'] as const)
    .map((table) => {
      const own = rules.filter(([of]) => of === table).map(([, text]) => `${text}\n`);
      // Nothing answers, so that each packet is seen once in each chain.
      const end = table === 'filter' ? '-A INPUT -j DROP\n' : '';
      return `*${table}\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${own.join('')}${end}COMMIT\n`;
    })
    .join('');

/** Experiments with sets of the types that the kernel has. */
export const experiments = (types: readonly SetType[]): fc.Arbitrary<Experiment> =>
  pick<Family>('ipv4', 'ipv6').chain((family) => {
    const usable = types.filter((type) => family === 'ipv4' || type !== 'bitmap:ip');
    const named = fc
      .array(pick(...usable.filter((type) => type !== 'list:set')), { minLength: 1, maxLength: 3 })
      .map((found) => found.map((type, at): Named => ({ name: `s${at}`, type })));
    return fc.tuple(named, fc.boolean()).chain(([plain, withList]) => {
      const list: readonly Named[] = withList ? [{ name: 'list', type: 'list:set' }] : [];
      const all = [...plain, ...list];
      const address = pick(...ADDRESSES[family]);
      const packet = fc.record({ src: address, dst: address, sport: pick(53, 4000), dport: pick(...PORTS) });
      return fc.record({
        family: fc.constant(family),
        sets: fc.tuple(...all.map((one) => set(one, family, plain))).map((texts) => texts.flat()),
        rules: fc.array(rule(all), { minLength: 3, maxLength: 9 }).map(rulesText),
        packets: fc.array(packet, { minLength: 2, maxLength: 5 }),
      });
    });
  });
