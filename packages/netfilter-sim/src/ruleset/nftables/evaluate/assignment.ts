import { notModelled } from '../../shared/not-modelled.ts';
import type { Change } from '../../shared/outcome.ts';
import { printExpression } from '../print/expression.ts';
import type { AssignTarget, Statement } from '../values/statement.ts';
import type { NftContext } from './context.ts';
import { evaluateExpression } from './expression.ts';
import { GO_ON, STOP } from './outcome.ts';
import type { StatementOutcome } from './outcome.ts';

/** `meta mark set …`, `ct mark set …`, `ip ttl set …`. */
export const evaluateAssignment = (
  { to, value }: Extract<Statement, { kind: 'assign' }>,
  context: NftContext,
  position: string,
): StatementOutcome => {
  const found = evaluateExpression(value, context, position);
  if (found.kind !== 'value') return found.kind === 'break' ? STOP : found;
  const [part] = found.parts;
  if (typeof part !== 'bigint') return notModelled(`${printExpression(to)} set to what is no number`);
  const change = changeOf(to, Number(part), context);
  if (change === 'break') return STOP;
  if (change === 'nothing') return GO_ON;
  return (change === undefined ? notModelled(`${printExpression(to)} set`) : context.change(change)) ?? GO_ON;
};

const ECN_BITS = 3;
const OCTET = 0xff;

const changeOf = (to: AssignTarget, value: number, { seen }: NftContext): Change | 'break' | 'nothing' | undefined => {
  const { packet } = seen;
  switch (to.kind) {
    case 'tcp-option':
      if (packet.kind !== 'tcp' || packet.fragment === 'later') return 'break';
      // nft_exthdr_tcp_set_eval, 6.12: an option that is not there is not put in.
      return to.name === 'maxseg' && to.field === 'size'
        ? { kind: 'set-maximum-segment-size', bytes: value, whereMissing: 'left-out' }
        : undefined;
    case 'meta':
      if (to.key === 'nftrace') return value === 0 ? undefined : { kind: 'trace' };
      return to.key === 'mark' ? { kind: 'set-mark', mark: value } : undefined;
    case 'ct':
      // nft_ct_set_eval: a packet without an entry goes on as if nothing were said.
      if (to.key !== 'mark') return undefined;
      return seen.conntrack.kind === 'tracked' ? { kind: 'set-conntrack-mark', mark: value } : 'nothing';
    case 'payload': {
      if (to.protocol !== 'ip' && to.protocol !== 'ip6') return undefined;
      if ((to.protocol === 'ip') !== (packet.family === 'ipv4')) return 'break';
      if (to.field === 'ttl' || to.field === 'hoplimit') return { kind: 'set-ttl', ttl: value & OCTET };
      if (to.field === 'dscp') return { kind: 'set-tos', tos: (packet.tos & ECN_BITS) | ((value << 2) & OCTET) };
      return to.field === 'ecn' ? { kind: 'set-tos', tos: (packet.tos & ~ECN_BITS) | (value & ECN_BITS) } : undefined;
    }
  }
};
