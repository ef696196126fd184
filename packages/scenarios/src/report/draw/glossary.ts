import { element, escape } from './markup.ts';

/** For those who do not know raw from mangle, in the order in which a packet meets what is meant. */
const TERMS: readonly (readonly [term: string, meaning: string])[] = [
  ['netfilter', 'The part of the Linux kernel through which every packet of a node goes. It has five hooks, at which tables of rules look at the packet.'],
  ['hook', 'One of five places on the way of a packet: PREROUTING (it came in), INPUT (it is for this node), FORWARD (it is for somebody else), OUTPUT (a program of the node sent it), POSTROUTING (it leaves).'],
  ['chain', 'A list of rules. Each hook has a built-in chain in each table; a rule can jump to a further one, such as KUBE-SERVICES.'],
  ['raw', 'The first table. Its rules see a packet before connections are tracked, so only here can a packet be taken out of tracking (NOTRACK).'],
  ['conntrack', 'Connection tracking: the kernel remembers each flow as an entry, with a time at which it is forgotten. Also UDP has entries. The table has a limit; when it is full, new flows are dropped.'],
  ['NOTRACK', 'A rule in raw that takes a packet out of tracking. No entry is made, and nat is never asked. NodeLocal DNSCache has such rules for its addresses.'],
  ['mangle', 'A table for changes to the packet that are neither translation nor a verdict: marks, TTL, TOS.'],
  ['nat', 'The table that decides on translation, once for each connection; later packets follow their entry. What is not tracked passes it unseen.'],
  ['DNAT', 'The destination is replaced: kube-proxy sends what is for a cluster IP to one of the pods behind the Service.'],
  ['SNAT, masquerading', 'The source is replaced, by an address of the node.'],
  ['routing', 'Decides from the destination where the packet goes. An address of the node itself leads to INPUT; so binding the cluster IP on the node leads queries to its cache, unless DNAT was faster.'],
  ['filter', 'The table that lets packets pass or drops them.'],
  ['security', 'A table for SELinux; empty on nearly every node.'],
  ['confirm', 'Where an entry gets into the conntrack table, at the end of the way. Of two packets of one flow that come here together, one may lose.'],
  ['kube-proxy', 'Writes the rules that make Services of their cluster IPs, on each node.'],
  ['NodeLocal DNSCache', 'A DNS cache on each node. It binds the address of kube-dns on a link of its own, and its NOTRACK rules keep nat from leading queries elsewhere.'],
  ['race', 'Two packets of one flow at the same time, as glibc sends A and AAAA from one socket: both find no entry, both make one, and one of them may be dropped at the end. The resolver then waits for five seconds.'],
];

export const drawGlossary = (): string => element('dl', { class: 'glossary' }, ...TERMS.flatMap(([term, meaning]) => [element('dt', {}, escape(term)), element('dd', {}, escape(meaning))]));
