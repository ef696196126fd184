import type { Bystander } from '../findings/bystander.ts';
import type { Finding } from '../findings/index.ts';
import { printSocket } from '../way/walk.ts';
import { endWords, ruleWords } from './way.ts';

const IPVS = 'kube-proxy is in IPVS mode';

export const findingWords = (finding: Finding, device: string): string => {
  switch (finding.kind) {
    case 'address-of-ipvs':
      return `${finding.address} is on ${finding.device}: ${IPVS}, and IPVS takes what is for it before any socket does; bind the link-local address only`;
    case 'address-taken':
      return `${finding.address} is on ${finding.device} already`;
    case 'ipvs-mode':
      return `${IPVS}: a query to the address of the Service goes on to its pods, so the kubelet has to give pods the link-local one (--cluster-dns)`;
    case 'socket-taken':
      return `${finding.protocol} port ${finding.port} of ${finding.address} is taken by a socket that listens on ${finding.by === 'any' ? 'every address' : finding.by}`;
    case 'cache-there':
      return `a cache listens on ${printSocket(finding.address, finding.port)} of ${device} already: it goes first, unless both share the port (SO_REUSEPORT)`;
    case 'link-there':
      return `${finding.device} is there already, with ${finding.addresses.join(', ') || 'no address'}: a cache runs here, or was killed`;
    case 'rules-there':
      return `${finding.count} rules of a cache are there already`;
    case 'open-connections':
      return `${finding.count} TCP ${finding.count === 1 ? 'connection' : 'connections'} to ${finding.address} will be reset: the node gets their next packets, and knows nothing of them`;
    case 'routed-elsewhere': {
      const by = finding.rule === undefined ? 'the routing tables' : `the routing rule of priority ${finding.rule.priority}`;
      return finding.what === 'query'
        ? `${by} sends queries to ${finding.address} by ${finding.device}, past the node's own address`
        : `${by} sends answers of ${finding.address} by ${finding.device}, and not back to the pod`;
    }
    case 'decides-before':
      return `${finding.rule.place} stands above the new rules and ${finding.verdict} what they are for: ${finding.rule.text}`;
    case 'other-port': {
      const who = finding.who === 'pod' ? 'pods' : 'processes of the node';
      return `${finding.protocol} ${printSocket(finding.address, finding.port)}, asked by ${who}, ${change(finding)}`;
    }
    case 'from-outside':
      return `a query to ${finding.address} that comes in by ${finding.device} ${change(finding)}`;
  }
};

const change = ({ now, later }: Bystander): string => {
  if (now.end.kind === 'sent' && later.end.kind === 'sent') {
    return `leaves with the source ${later.from} from now on (${now.from} until now), so that its answer does not come back`;
  }
  const rules = later.events.flatMap((event) => ('rule' in event && event.rule?.isNew === true ? [ruleWords(event.rule)] : []));
  return `is ${endWords(now, '')} until now, and will be ${endWords(later, '')}${rules.length === 0 ? '' : ` (${rules.join(', ')})`}`;
};
