import type { ReadOptions } from '../../corefile/blocks.ts';
import { foldName, readNameText, ROOT } from '../../message/name.ts';
import type { LocalAddress } from '../local-address.ts';
import type { KubeDns } from './kube-dns.ts';
import { fillPlaceholders, PLACEHOLDERS, replaceTcpBlock } from './placeholders.ts';
import { stubBlock } from './stub-domain.ts';
import { servedZones, zonePort } from './template-zones.ts';
import type { UpstreamService } from './upstream-service.ts';

/** What does not change while the agent runs. */
export interface NodeFacts {
  readonly localAddresses: readonly LocalAddress[];
  readonly upstreamService: UpstreamService;
  /** `:9253`. */
  readonly prometheusAddress: string;
  /** Of stub domains, and of zones that name none; 1 to 65535. */
  readonly dnsPort: number;
  /** How the Corefile will be read: the name of the template for messages, the environment, other files. */
  readonly reading: ReadOptions;
}

/** What is done otherwise than the template or the ConfigMap seem to want. */
export type RenderWarning =
  /** The template has no block of exactly this text to take `force_tcp` from; upstreams are put in as they are. */
  | { readonly kind: 'no-tcp-block' }
  /** The cluster DNS is one of the agent's own addresses: it would ask itself. */
  | { readonly kind: 'asks-itself'; readonly address: string }
  /**
   * A stub domain is left out, as the template serves it already. Counts as an error of the ConfigMap. `domain` is as the
   * ConfigMap writes it.
   */
  | { readonly kind: 'served-by-template'; readonly domain: string };

/** What the template comes to. */
export type Rendering =
  | {
      readonly kind: 'rendered';
      /** The text of it. */
      readonly corefile: string;
      /** How many stub domains it serves. */
      readonly stubDomains: number;
      /** `/etc/resolv.conf` or the servers of the ConfigMap, as they stand in it. */
      readonly upstreamServers: string;
      readonly warnings: readonly RenderWarning[];
    }
  /** `reason` says what is wrong, and how to mend it. */
  | { readonly kind: 'refused'; readonly reason: string };

const RESOLV_CONF = '/etc/resolv.conf';

const isServed = (domain: string, facts: NodeFacts, zones: ReturnType<typeof servedZones>): boolean =>
  zones.has(zonePort({ folded: foldName(readNameText(domain) ?? ROOT) }, facts.dnsPort));

const stubBlocks = (kubeDns: KubeDns, text: string, facts: NodeFacts): { readonly blocks: readonly string[]; readonly warnings: readonly RenderWarning[] } => {
  if (kubeDns.stubDomains.size === 0) return { blocks: [], warnings: [] };
  const zones = servedZones(text, facts.dnsPort, facts.reading);
  // Sorted: the same domains must give the same text, or each look would be a reload.
  const domains = [...kubeDns.stubDomains].sort(([one], [other]) => (one < other ? -1 : 1));
  const served = domains.filter(([domain]) => isServed(domain, facts, zones));
  const stubs = domains.filter((stub) => !served.includes(stub));
  const local = facts.localAddresses.join(' ');
  return {
    blocks: stubs.map(([domain, servers]) => stubBlock(domain, servers, facts.dnsPort, local)),
    warnings: served.map(([domain]) => ({ kind: 'served-by-template', domain })),
  };
};

const upstreamWarnings = (template: string, { upstreamService, localAddresses }: NodeFacts): readonly RenderWarning[] => {
  if (upstreamService.kind === 'unknown' || !template.includes(PLACEHOLDERS.cluster)) return [];
  const own = localAddresses.find((address) => address === upstreamService.address);
  return own === undefined ? [] : [{ kind: 'asks-itself', address: own }];
};

/** Without a block CoreDNS would answer each query with an empty NOERROR, behind rules that bring it all of them. */
const saysNothing = (template: string): boolean => template.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line));

/** The Corefile of a template, byte for byte as node-cache writes it but for what `differences.ts` says. */
export const renderCorefile = (template: string, kubeDns: KubeDns, facts: NodeFacts): Rendering => {
  const { upstreamService } = facts;
  if (saysNothing(template)) return { kind: 'refused', reason: `the template ${facts.reading.file} is empty; write at least one block, as in '. { forward . ${PLACEHOLDERS.upstreams} }'` };
  if (template.includes(PLACEHOLDERS.cluster) && upstreamService.kind === 'unknown') {
    return { kind: 'refused', reason: `the template ${facts.reading.file} has ${PLACEHOLDERS.cluster}, but ${upstreamService.reason}` };
  }
  const custom = kubeDns.upstreamNameservers.length > 0;
  const plain = custom ? replaceTcpBlock(template) : template;
  const upstreamServers = custom ? kubeDns.upstreamNameservers.join(' ') : RESOLV_CONF;
  const text = fillPlaceholders(plain, {
    cluster: upstreamService.kind === 'found' ? upstreamService.address : '',
    upstreams: upstreamServers,
    localAddresses: facts.localAddresses,
    prometheus: facts.prometheusAddress,
  });
  const stubs = stubBlocks(kubeDns, text, facts);
  const asWritten = custom && plain === template && template.includes(PLACEHOLDERS.upstreams);
  return {
    kind: 'rendered',
    corefile: text + stubs.blocks.join(''),
    stubDomains: stubs.blocks.length,
    upstreamServers,
    warnings: [...(asWritten ? [{ kind: 'no-tcp-block' } as const] : []), ...upstreamWarnings(template, facts), ...stubs.warnings],
  };
};

/** One line, for the log, as node-cache has it. */
export const renderedText = ({ stubDomains, upstreamServers }: Extract<Rendering, { kind: 'rendered' }>): string =>
  `Updated Corefile with ${stubDomains} custom stubdomains and upstream servers ${upstreamServers}`;

/** One line, for the log. */
export const warningText = (warning: RenderWarning): string => {
  switch (warning.kind) {
    case 'no-tcp-block':
      return 'Did not find TCP upstream block to replace, assuming upstreams already use UDP.';
    case 'asks-itself':
      return `the cluster DNS ${warning.address} is one of -localip: it would ask itself; name another Service with -upstreamsvc, as in kube-dns-upstream`;
    case 'served-by-template':
      return `ConfigMap kube-dns: stubDomains: '${warning.domain}': the template serves it already, and it is left out`;
  }
};
