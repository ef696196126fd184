import type { Piece } from '../compare/difference.ts';
import { gather } from '../compare/difference.ts';
import type { IpvsTexts } from './texts.ts';

/** It has rules of several Services, and kube-proxy comes to Services in an order of chance; each of them drops, so no order decides anything. */
const ORDERED_BY_CHANCE = 'KUBE-IPVS-OUT-FILTER';

const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));

type Placed = readonly [where: string, line: string];

/** Counters are of what came by. */
const uncounted = (line: string): string => line.replace(/^\[\d+:\d+\] /, '').replace(/^(:.*) \[\d+:\d+\]$/, '$1');

const chains = (tool: 'iptables' | 'ip6tables', text: string): readonly Piece[] => {
  let table = '';
  const placed: Placed[] = [];
  for (const line of linesOf(text).map(uncounted)) {
    if (line.startsWith('*')) table = line.slice(1);
    else if (line !== 'COMMIT') placed.push([`${tool} ${table} ${/^(?::|-A )(\S+)/.exec(line)?.[1] ?? ''}`, line]);
  }
  return gather(placed, (where) => !where.endsWith(` ${ORDERED_BY_CHANCE}`));
};

/** How large a hash has become, and from which number it starts, the kernel has from what came into it, and from chance. */
const headerAsAsked = (line: string): string => line.replace(/^(create .*?) hashsize \d+/, '$1').replace(/^(create .*?) initval \S+/, '$1');

const sets = (text: string): readonly Piece[] =>
  gather(linesOf(text).map(headerAsAsked).map((line) => [`ipset ${line.split(' ')[1] ?? ''}`, line]), () => false);

const servers = (text: string): readonly Piece[] =>
  gather(linesOf(text).map((line) => [`ipvsadm ${line.split(' ').slice(1, 3).join(' ')}`, line]), () => false);

const device = (text: string): readonly Piece[] => {
  const [name, state, ...addresses] = text.trim().split(/\s+/);
  return name === undefined || name === '' ? [] : [{ where: name, lines: [`${name} ${state ?? ''}`, ...addresses], isOrdered: false }];
};

export const piecesOf = ({ iptables, ip6tables, ipset, ipvsadm, addresses }: IpvsTexts): readonly Piece[] => [
  ...chains('iptables', iptables),
  ...chains('ip6tables', ip6tables),
  ...sets(ipset),
  ...servers(ipvsadm),
  ...device(addresses),
];
