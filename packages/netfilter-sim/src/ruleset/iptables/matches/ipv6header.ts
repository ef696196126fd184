import { protocolOf } from '../../../packet/packet.ts';
import type { Packet } from '../../../packet/packet.ts';
import { PROTOCOL } from '../../../packet/protocol.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import { protocolByName } from '../../shared/protocol-names.ts';
import type { MatchModule } from '../extension/extension.ts';
import { hasOption, is, not, refuse, requireOption, valueOf } from '../extension/option-values.ts';

/** Printed name, short name, protocol number, in the order in which they are printed. */
const HEADERS = [
  ['hop-by-hop', 'hop', 0],
  ['ipv6-opts', 'dst', 60],
  ['ipv6-route', 'route', 43],
  ['ipv6-frag', 'frag', 44],
  ['ah', 'auth', 51],
  ['esp', 'esp', 50],
  ['ipv6-nonxt', 'none', 59],
  ['protocol', 'prot', 255],
] as const;

type HeaderName = (typeof HEADERS)[number][0];

/** Which headers an IPv6 packet has (net/ipv6/netfilter/ip6t_ipv6header.c). */
export interface Ipv6headerMatch {
  readonly kind: 'ipv6header';
  readonly headers: readonly HeaderName[];
  /** Others may be there too. */
  readonly soft: boolean;
  readonly inverted: boolean;
}

/** What there is to see in a packet without extension headers. */
const headersOf = (packet: Packet): readonly HeaderName[] | undefined => {
  if (packet.fragment !== undefined) return undefined;
  switch (protocolOf(packet)) {
    case PROTOCOL.ah:
      return undefined;
    case PROTOCOL.esp:
      return ['esp'];
    case 59:
      return ['ipv6-nonxt'];
    default:
      return ['protocol'];
  }
};

export const ipv6header: MatchModule<'ipv6header', Ipv6headerMatch> = {
  name: 'ipv6header',
  notModelledFor: 'headers behind a fragment or authentication header',
  family: 'ipv6',
  options: {
    '--header': { values: 1, invertible: true },
    '--soft': { values: 0, invertible: false },
  },

  parse(options, scope) {
    const option = requireOption(options, '--header', scope, 'HEADER,…');
    const given = new Set<HeaderName>();
    for (const text of valueOf(option).split(',')) {
      const named = HEADERS.find(([name, short]) => name === text || short === text);
      const numbered = HEADERS.find(([, , number]) => `${number}` === text || (text.toLowerCase() !== 'all' && protocolByName(text) === number));
      const expected = `a comma list of ${HEADERS.map(([, short]) => short).join(', ')}`;
      given.add((named ?? numbered)?.[0] ?? refuse(option, expected));
    }
    return {
      kind: 'ipv6header',
      headers: HEADERS.map(([name]) => name).filter((name) => given.has(name)),
      soft: hasOption(options, '--soft'),
      inverted: option.inverted,
    };
  },

  print: (match) => `${not(match.inverted)}--header ${match.headers.join(',')}${match.soft ? ' --soft' : ''}`,

  evaluate({ headers, soft, inverted }, { packet }) {
    const present = headersOf(packet);
    if (present === undefined) return notModelled('the headers behind a fragment or authentication header');
    if (soft) return answer(headers.every((name) => present.includes(name) !== inverted));
    const same = present.length === headers.length && headers.every((name) => present.includes(name));
    return answer(same !== inverted);
  },

  describe: (match) =>
    `its headers ${is(match.inverted)} ${match.soft ? 'among them ' : ''}${match.headers.join(', ')}`,
};
