import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import type { Zone } from '../../corefile/zone.ts';
import { readZones, ROOT_ZONE } from '../../corefile/zone.ts';
import { onlyOnce, refuseBody, takeArguments, takeInteger, unknownOption } from '../../directive/arguments.ts';
import type { Written } from '../../plugin/written.ts';

/** Domains behind those of the cluster, or the file in the form of resolv.conf that has them. */
type SearchDomains = { readonly kind: 'domain'; readonly zone: Zone } | { readonly kind: 'file'; readonly path: string; readonly position: Position };

export interface SearchValue {
  readonly cluster: Zone;
  readonly domains: readonly SearchDomains[];
  /** Of pods: a name with fewer dots is looked for in the list first. */
  readonly ndots: number;
}

/** What kubelet writes (pkg/kubelet/network/dns/dns.go, defaultDNSOptions). */
const NDOTS_DEFAULT = 5;
/** glibc resolv.h, RES_MAXNDOTS. */
const NDOTS_MAX = 15;

const takeZone = (token: Token): Zone => {
  const [zone, second] = readZones(token);
  if (zone === undefined || second !== undefined || zone.folded === ROOT_ZONE.folded) {
    throw new CorefileError(token, `not a domain to search: '${token.text}'`, 'write one as cluster.local');
  }
  return zone;
};

const takeNdots = (option: Entry): number => {
  const [number = option.name] = takeArguments(option, 1, 1, 'write ndots NUMBER');
  const ndots = takeInteger(number, 'ndots');
  if (ndots < 1 || ndots > NDOTS_MAX) throw new CorefileError(number, `ndots cannot be ${number.text}`, `write 1 to ${NDOTS_MAX}, as pods have it`);
  return ndots;
};

const applyOption = (value: SearchValue, option: Entry): SearchValue => {
  refuseBody(option);
  if (option.name.text !== 'ndots') throw unknownOption(option.name, 'search', ['ndots']);
  return { ...value, ndots: takeNdots(option) };
};

/** `search CLUSTERDOMAIN [DOMAINS...|FILE] { ndots NUMBER }` */
export const setup = ({ entries }: Written): SearchValue => {
  const entry = onlyOnce(entries);
  const [cluster = entry.name, ...others] = takeArguments(entry, 1, Number.POSITIVE_INFINITY, 'write search CLUSTERDOMAIN [DOMAINS...|FILE]');
  const domains = others.map((token): SearchDomains => (token.text.startsWith('/') ? { kind: 'file', path: token.text, position: token } : { kind: 'domain', zone: takeZone(token) }));
  return entry.body.reduce(applyOption, { cluster: takeZone(cluster), domains, ndots: NDOTS_DEFAULT });
};
