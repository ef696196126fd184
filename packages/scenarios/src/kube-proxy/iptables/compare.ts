import type { Difference, Piece } from '../compare/difference.ts';
import { comparePieces, gather } from '../compare/difference.ts';

/** The chains that all Services share: kube-proxy has Services in an order of chance. */
const SHARED = new Set(['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES', 'KUBE-PROXY-FIREWALL']);

/** Whose rule it is: `namespace/name:port` and the protocol, by what its comment begins with. */
const ownerOf = (line: string): string => {
  const [, id = ''] = /--comment "?([^\s"]+\/[^\s"]+)/.exec(line) ?? [];
  const [, protocol = ''] = / -p (\S+)/.exec(line) ?? [];
  return id === '' ? '' : ` ${id} ${protocol}`;
};

/** Rules by table and chain, those of a shared chain by their Service too; what is nobody's has to come last there. */
const piecesOf = (text: string): readonly Piece[] => {
  const placed: (readonly [string, string])[] = [];
  const ended = new Set<string>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, chain = ''] = /^(?::|-A )(\S+)/.exec(line) ?? [];
    if (chain === '') continue;
    const name = `${table} ${chain}`;
    const isRuleOfAll = SHARED.has(chain) && line.startsWith('-A');
    const owner = isRuleOfAll ? ownerOf(line) : '';
    if (isRuleOfAll && owner === '') ended.add(name);
    placed.push([`${name}${owner}${owner !== '' && ended.has(name) ? ' after what comes last' : ''}`, line]);
  }
  return gather(placed, () => true);
};

/** Chain by chain, whatever order Services have. */
export const compareIptables = (recorded: string, ours: string): readonly Difference[] => comparePieces(piecesOf(recorded), piecesOf(ours));
