import { parseRuleSet, printRuleSet, restoreInto } from '@nodelocal/netfilter-sim';
import type { NodeFile } from '@nodelocal/netfilter-sim';
import type { Command } from '@nodelocal/scenarios';
import type { Contents } from './nodes.ts';
import { LESSON } from './nodes.ts';

/** The node after a command, as its own tools would print it then: as much of each program as the doctor's commands use. */
export const afterCommand = (contents: Contents, { text }: Command): Contents => {
  const words = text.split(' ');
  const [program = ''] = words;
  if (/^ip6?tables/.test(program)) return afterIptables(contents, program, text);
  if (program === 'kubectl') return afterKubectl(contents, text);
  if (program === 'sysctl') return { ...contents, 'sysctl.txt': `${contents['sysctl.txt'] ?? ''}\n${words[2]?.replace('=', ' = ') ?? ''}\n` };
  if (program === 'conntrack') return afterConntrack(contents, words);
  if (program === 'ip') return afterIp(contents, words);
  throw new RangeError(`a program that no test knows: ${text}`);
};

const afterIptables = (contents: Contents, program: string, text: string): Contents => {
  const [, table = '', change = ''] = /^\S+ -w -t (\S+) (.*)$/.exec(text) ?? [];
  const family = program.startsWith('ip6') ? 'ipv6' : 'ipv4';
  const name = family === 'ipv6' ? 'ip6tables' : 'iptables';
  const ofBackEnd = `${program}-save.txt` as NodeFile;
  const file: NodeFile = contents[ofBackEnd] === undefined ? `${name}-save.txt` : ofBackEnd;
  const before = contents[file] ?? '';
  const heads = before.split('\n').filter((line) => line.startsWith('#'));
  const after = restoreInto(parseRuleSet(before, { family, file }), `*${table}\n${change}\nCOMMIT\n`, { file: 'command' });
  return { ...contents, [file]: [...heads, printRuleSet(after)].join('\n') };
};

/** A cache that is started listens again; kube-proxy writes its rules. */
const afterKubectl = (contents: Contents, text: string): Contents => {
  if (text.includes('node-local-dns')) return { ...contents, 'ss.txt': LESSON['ss.txt'] ?? '' };
  if (text.includes('kube-proxy') || text.includes('coredns')) return { ...contents, 'iptables-save.txt': LESSON['iptables-save.txt'] ?? '' };
  return contents;
};

const optionOf = (words: readonly string[], name: string): string => words[words.indexOf(name) + 1] ?? '';

const afterConntrack = (contents: Contents, words: readonly string[]): Contents => {
  const lines = (contents['conntrack.txt'] ?? '').split('\n');
  const isMeant = (line: string): boolean =>
    line.includes(` ${optionOf(words, '-p')} `) && line.includes(`dst=${optionOf(words, '--orig-dst')} `) && line.includes(`dport=${optionOf(words, '--orig-port-dst')} `);
  return { ...contents, 'conntrack.txt': lines.filter((line) => !isMeant(line)).join('\n') };
};

interface Device {
  readonly ifindex: number;
  readonly ifname: string;
  readonly addr_info: readonly { readonly local: string }[];
}

const afterIp = (contents: Contents, words: readonly string[]): Contents => {
  const [, object, verb, what = ''] = words;
  const devices = JSON.parse(contents['ip-addr.json'] ?? '[]') as readonly Device[];
  const write = (after: readonly object[]): Contents => ({ ...contents, 'ip-addr.json': JSON.stringify(after) });
  switch (`${object} ${verb}`) {
    case 'link add':
      return write([...devices, { ifindex: 90, ifname: what, flags: ['BROADCAST', 'NOARP'], mtu: 1500, addr_info: [] }]);
    case 'addr add': {
      const [local = '', length = ''] = what.split('/');
      const added = { family: local.includes(':') ? 'inet6' : 'inet', local, prefixlen: Number(length), scope: 'global' };
      return write(devices.map((one) => (one.ifname === optionOf(words, 'dev') ? { ...one, addr_info: [...one.addr_info, added] } : one)));
    }
    case 'addr del':
      return write(devices.map((one) => (one.ifname === optionOf(words, 'dev') ? { ...one, addr_info: one.addr_info.filter(({ local }) => !what.startsWith(`${local}/`)) } : one)));
    case 'rule add':
    case 'rule del': {
      const rules = JSON.parse(contents['ip-rule.json'] ?? '[]') as readonly { readonly priority: number }[];
      const priority = Number(optionOf(words, 'priority'));
      const after = verb === 'add' ? [{ priority, src: 'all', table: optionOf(words, 'lookup') }, ...rules] : rules.filter((rule) => rule.priority !== priority);
      return { ...contents, 'ip-rule.json': JSON.stringify(after) };
    }
    default:
      throw new RangeError(`no test knows ${words.join(' ')}`);
  }
};
