import type { InspectedRule } from '@nodelocal/dns-cache';
import { printSocket } from '../../preflight/way/walk.ts';
import { askerWords, lossWords, serverWords } from '../../preflight/words/question.ts';
import type { Fault } from '../diagnoses/index.ts';
import type { Harm } from '../scene/harm.ts';

/** What is wrong, in one sentence. */
export const faultWords = (fault: Fault): string => {
  switch (fault.kind) {
    case 'no-address':
      return `there is no ${fault.device}, and no rule of a cache: nothing on this node is a local address of one (name it by --addresses if it should be there)`;
    case 'address-of-ipvs':
      return `${fault.address} is on ${fault.device}: kube-proxy is in IPVS mode, and IPVS takes what is for it before the cache does; pods are to ask the link-local address (--cluster-dns of the kubelet), and the cache is to have -localip without ${fault.address}`;
    case 'link-missing':
      return `the link ${fault.device} is missing, so that ${list(fault.addresses)} ${fault.addresses.length === 1 ? 'is' : 'are'} no local address`;
    case 'address-missing':
      return `${list(fault.addresses)} ${fault.addresses.length === 1 ? 'is' : 'are'} missing on ${fault.device}`;
    case 'not-listening': {
      const where = list(fault.sockets.map(({ protocol, address, port }) => `${protocol} ${printSocket(address, port)}`));
      return fault.isGone ? `nobody listens on any address of the cache, and the node leads queries there: ${where}` : `nobody listens on ${where}`;
    }
    case 'routed-elsewhere': {
      const by = fault.rule === undefined ? 'the routing tables send' : `the routing rule of priority ${fault.rule.priority} sends`;
      return fault.what === 'query'
        ? `${by} queries to ${list(fault.addresses)} by ${fault.device}: it is looked at before the local table`
        : `${by} answers of ${list(fault.addresses)} by ${fault.device}, and not back to the pod`;
    }
    case 'reverse-path':
      return `rp_filter drops what comes from pods by ${fault.device}: the way back is, for its check, by another device${fault.hasAddress ? '' : ', and where a device has no address not even the loose check (2) passes'}`;
    case 'rules-missing':
      return fault.rules.length === fault.of
        ? `all ${fault.of} ${fault.table === 'raw' ? 'NOTRACK' : 'ACCEPT'} rules of the cache are missing`
        : `${fault.rules.length} of ${fault.of} ${fault.table === 'raw' ? 'NOTRACK' : 'ACCEPT'} rules are missing: ${groups(fault.rules).join('; ')}`;
    case 'decides-before':
      return `${fault.rule.place} stands above the rules of the cache and ${fault.verdict} what they are for: ${fault.rule.text}`;
    case 'overruled':
      return `rules of others stand above those of the cache in raw ${fault.chain}, and packets are tracked all the same: they leave the chain (RETURN), or give packets a zone or a helper (CT), after which NOTRACK does nothing`;
    case 'drops':
      return `${fault.rule.place} drops what is to come through (${fault.rule.text}): ${fault.exchanges.slice(0, 1).map(lossWords).join('')}`;
    case 'upstream-loop':
      return `the cache's upstream ${fault.upstream} is a local address of the cache: it asks itself`;
    case 'upstream-unserved':
      return `no rule translates the upstream Service ${fault.upstream} to a pod: kube-proxy has not written it, or there is no such Service`;
    case 'upstream-refused':
      return `what the cache asks its upstream ${fault.upstream} is refused by ${fault.place}: the Service has no endpoint`;
    case 'lost':
      return lossWords(fault.exchange);
    case 'tracked': {
      const { question } = fault.exchange;
      return `${askerWords(question.asker)} asks ${serverWords(question)} by ${question.protocol}, and an entry in conntrack is left`;
    }
    case 'other-back-end':
      return `${fault.count} rules of the cache are in iptables-${fault.backEnd}, which is not the back end that this node uses: nobody takes them away again`;
    case 'rules-stale':
      return `rules of the cache are there for ${fault.address}, which it does not have: they are left from before, and keep kube-proxy from translating what is for it`;
    case 'rules-doubled':
      return `${fault.rules.length} ${fault.rules.length === 1 ? 'rule of the cache is' : 'rules of the cache are'} there more than once: ${groups(fault.rules).join('; ')}`;
    case 'left-entries':
      return fault.protocol === 'tcp'
        ? `${fault.count} TCP ${fault.count === 1 ? 'connection' : 'connections'} to ${fault.address} from before the cache will be reset: the cache gets the next packets, and knows nothing of them`
        : `${fault.count} conntrack ${fault.count === 1 ? 'entry' : 'entries'} for ${fault.address} from before the cache: still translated to a pod of the Service`;
  }
};

const list = (items: readonly string[]): string => (items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`);

/** Rules that differ in the protocol alone are told together. */
const groups = (rules: readonly InspectedRule[]): readonly string[] => {
  const found = new Map<string, readonly string[]>();
  for (const { table, chain, end, address, port, protocol } of rules) {
    const key = `${table} ${chain}, ${end === 'source' ? 'from' : 'to'} ${printSocket(address, port)}`;
    found.set(key, [...(found.get(key) ?? []), protocol]);
  }
  return [...found].map(([key, protocols]) => `${key} (${[...new Set(protocols)].join(', ')})`);
};

export const harmWords = (harm: Harm): string => {
  switch (harm) {
    case 'unanswered':
      return 'somebody gets no answer';
    case 'bypassed':
      return 'the cache is passed by';
    case 'tracked':
      return 'questions are answered, and leave entries in conntrack';
    case 'untidy':
      return 'packets fare as they should for now';
    case 'not-known':
      return 'how bad it is, is not known';
  }
};
