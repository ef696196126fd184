import type { IpvsTexts } from './texts.ts';

/** What is compared as one: a chain, a set, a virtual server, the device. */
export interface Piece {
  /** `iptables nat KUBE-SERVICES`, `ipset KUBE-CLUSTER-IP`, `ipvsadm -t 10.96.0.10:53`, `kube-ipvs0`. */
  readonly where: string;
  /** The first one says that it is there; each tells all that it says without the others. */
  readonly lines: readonly string[];
  /** Its lines are in the order in which they decide. */
  readonly isOrdered: boolean;
}

/** It has rules of several Services, and kube-proxy comes to Services in an order of chance; each of them drops, so no order decides anything. */
const ORDERED_BY_CHANCE = 'KUBE-IPVS-OUT-FILTER';

const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));

const gathered = (lines: readonly (readonly [where: string, line: string])[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  for (const [where, line] of lines) found.set(where, [...(found.get(where) ?? []), line]);
  return found;
};

const chains = (tool: 'iptables' | 'ip6tables', text: string): readonly Piece[] => {
  let table = '';
  const placed: (readonly [string, string])[] = [];
  for (const line of linesOf(text)) {
    if (line.startsWith('*')) table = line.slice(1);
    else if (line !== 'COMMIT') {
      const uncounted = line.replace(/^(\[\d+:\d+\] |(?=:))/, '').replace(/^(:.*) \[\d+:\d+\]$/, '$1');
      const [, chain = ''] = /^(?::|-A )(\S+)/.exec(uncounted) ?? [];
      placed.push([`${tool} ${table} ${chain}`, uncounted]);
    }
  }
  return [...gathered(placed)].map(([where, lines]) => ({ where, lines, isOrdered: !where.endsWith(` ${ORDERED_BY_CHANCE}`) }));
};

/** How large a hash has become, and from which number it starts, the kernel has from what came into it, and from chance. */
const sets = (text: string): readonly Piece[] => {
  const placed = linesOf(text).map((line) => [`ipset ${line.split(' ')[1] ?? ''}`, line.replace(/^(create .*?) hashsize \d+/, '$1').replace(/ initval \S+/, '')] as const);
  return [...gathered(placed)].map(([where, lines]) => ({ where, lines, isOrdered: false }));
};

const servers = (text: string): readonly Piece[] => {
  const placed = linesOf(text).map((line) => [`ipvsadm ${line.split(' ').slice(1, 3).join(' ')}`, line] as const);
  return [...gathered(placed)].map(([where, lines]) => ({ where, lines, isOrdered: false }));
};

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
