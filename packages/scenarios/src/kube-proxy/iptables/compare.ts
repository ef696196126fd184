import type { Difference } from '../compare/difference.ts';
import { compareParts } from '../compare/difference.ts';

/** The chains that all Services share: kube-proxy has Services in an order of chance. */
const SHARED = new Set(['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES', 'KUBE-PROXY-FIREWALL']);

/** Whose rule it is: `namespace/name:port` and the protocol, by what its comment begins with. */
const ownerOf = (line: string): string => {
  const [, id = ''] = /--comment "?([^\s"]+\/[^\s"]+)/.exec(line) ?? [];
  const [, protocol = ''] = / -p (\S+)/.exec(line) ?? [];
  return id === '' ? '' : ` ${id} ${protocol}`;
};

/** Rules by table and chain, those of a shared chain by their Service too; what is nobody's has to come last there. */
const partsOf = (text: string): ReadonlyMap<string, readonly string[]> => {
  const parts = new Map<string, string[]>();
  const ended = new Set<string>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, declared] = /^:(\S+) /.exec(line) ?? [];
    if (declared !== undefined) parts.set(`${table} ${declared}`, []);
    const [, chain] = /^-A (\S+)/.exec(line) ?? [];
    if (chain === undefined) continue;
    const name = `${table} ${chain}`;
    const owner = SHARED.has(chain) ? ownerOf(line) : '';
    if (SHARED.has(chain) && owner === '') ended.add(name);
    const part = owner === '' ? name : `${name}${owner}${ended.has(name) ? ' after what comes last' : ''}`;
    parts.set(part, [...(parts.get(part) ?? []), line]);
  }
  return parts;
};

/** Chain by chain, whatever order Services have. */
export const compareIptables = (recorded: string, ours: string): readonly Difference[] => compareParts(partsOf(recorded), partsOf(ours));
