import type { Difference } from './difference.ts';
import { NETWORK_DIFFERENCES } from './differences-network.ts';
import { PROCESS_DIFFERENCES } from './differences-process.ts';

/** Flags: what a manifest can say. */
const FLAGS: readonly Difference[] = [
  {
    id: 'N1',
    nodeCache: '`-syncinterval 60` is refused, `10s` and `30s` end in a panic, `1s` and `60s` never look again; only `60ns` is 60 s',
    ours: '`60s`, `1m`, `500ms` are what they say, a bare number is seconds; `60ns` is still 60 s, and a warning says so',
    reason: 'a duration should be one; what is in manifests must go on',
    noticedBy: 'operator',
    cases: ['f30', 'f31', 'f32', 'f33', 'f34'],
  },
  {
    id: 'N2',
    nodeCache: '`-syncinterval` of zero or less ends in a panic, with `-pidfile` after the rules are in, which then stay',
    ours: 'refused before anything is done, as is all below 100 ms or above 24 h',
    reason: 'no panic with rules in',
    noticedBy: 'operator',
    cases: ['f35', 'f36'],
  },
  {
    id: 'N3',
    nodeCache: '`-localip`: a space or a final comma ends the process, the same address twice too, once CoreDNS reads the Corefile',
    ours: 'spaces do not matter, an address is taken once, a comma too many gives a warning',
    reason: 'all of these have one meaning',
    noticedBy: 'operator',
    cases: ['f03', 'f11', 'd09'],
  },
  {
    id: 'N4',
    nodeCache: 'addresses stand in the Corefile as they were typed: `FD00:0:0:0:0:0:0:0010`, `::ffff:10.96.0.10`',
    ours: 'in canonical spelling: `fd00::10`, `10.96.0.10`',
    reason: 'the same address must be the same text in Corefile, rules and interface',
    noticedBy: 'operator',
    cases: ['f14', 'f15'],
  },
  {
    id: 'N5',
    nodeCache: 'one process serves one family; `-localip` with both ends it',
    ours: 'both in one process',
    reason: 'clusters have both',
    noticedBy: 'operator',
    cases: ['f07'],
  },
  {
    id: 'N6',
    nodeCache: '`0.0.0.0`, multicast, broadcast and IPv6 link-local addresses are taken: rules for nothing, or a bind that fails',
    ours: 'refused, with what to write instead',
    reason: 'none of them can be the address of a name server for pods',
    noticedBy: 'operator',
    cases: ['f13'],
  },
  {
    id: 'N7',
    nodeCache: 'a wrong value of a flag is exit status 1, or found only when interface and rules are there, which then stay; an unknown flag is 2, and prints them all',
    ours: 'one line that says which flag, what is wrong and how to mend it; exit status 2, before anything is done',
    reason: 'the log of a pod that does not start should say why, and the node stay as it was',
    noticedBy: 'operator',
    cases: ['f01', 'f04', 'f05', 'f10', 'f20', 'f22', 'f27', 'f44', 'f47', 'f67', 'd12'],
  },
  {
    id: 'N8',
    nodeCache: '`-setupiptables false` ends the reading of flags, and those behind it are lost; a word that is no flag is fatal only once the link is made',
    ours: 'refused: write `-setupiptables=false`',
    reason: 'half of a command line must not be served',
    noticedBy: 'operator',
    cases: ['f19', 'f68', 'd11'],
  },
  {
    id: 'N9',
    nodeCache: 'ports are not checked: 70000 and -1 start, and the kernel refuses their rules at each tick',
    ours: 'a port is 1 to 65535',
    reason: 'a node without its rules should not look well',
    noticedBy: 'operator',
    cases: ['f45', 'f46', 'f51', 'f52'],
  },
  {
    id: 'N10',
    nodeCache: 'without `-conf` nothing is written, and CoreDNS answers each query with an empty NOERROR behind the rules; `-corefile` has no effect',
    ours: 'without `-conf` it is the file of `-corefile`',
    reason: 'that is what the flag says of itself',
    noticedBy: 'operator',
    cases: ['f53'],
  },
  {
    id: 'N11',
    nodeCache: '`-version` and `-plugins` make the link and write the Corefile first',
    ours: 'they print, need no other flag, and do nothing else',
    reason: 'asking for a version is not starting',
    noticedBy: 'operator',
    cases: ['f63', 'f65'],
  },
  {
    id: 'N12',
    nodeCache: 'an empty `-metrics-listen-address` is a port by chance on all addresses',
    ours: 'nobody listens',
    reason: 'whoever empties it wants it off',
    noticedBy: 'dashboard',
    cases: ['f41'],
  },
];

/** The Corefile: what is made of a template. */
const TEMPLATE: readonly Difference[] = [
  {
    id: 'N13',
    nodeCache: 'a Service that the environment does not know is written as `<nil>`, which is then looked up as a name',
    ours: 'refused where the template asks for it, naming the Service, its variable and why it may be unknown; else nothing is said',
    reason: '`<nil>` tells nobody what to do',
    noticedBy: 'operator',
    cases: ['m03'],
  },
  {
    id: 'N14',
    nodeCache: '`-upstreamsvc` is expanded as a shell would: `my.svc` is $MY with `.SVC_SERVICE_HOST` behind it',
    ours: 'it is the name of a Service, letters, digits and `-`, or nothing; all else is refused',
    reason: 'nobody means that',
    noticedBy: 'operator',
    cases: ['m11', 'm13', 'm15'],
  },
  {
    id: 'N15',
    nodeCache: '`health __PILLAR__LOCAL__DNS__:8080` with two addresses becomes a line that CoreDNS refuses, and with an IPv6 one has no brackets',
    ours: 'before a port the placeholder is the first address of `-localip`, in brackets where it is an IPv6 one; elsewhere it is all of them',
    reason: 'the official template works unedited; the probe asks the first address',
    noticedBy: 'operator',
    cases: ['m07'],
  },
  {
    id: 'N16',
    nodeCache: 'blocks of stub domains come in another order each time',
    ours: 'sorted by domain',
    reason: 'the same configuration is the same text, and no reason to reload and lose the caches',
    noticedBy: 'log',
    cases: ['c28', 'c46'],
  },
  {
    id: 'N17',
    nodeCache: 'a stub domain without servers, or that the template serves already, stops the node: at each start, or at the next one',
    ours: 'it is left out, with a line in the log and an error of `configmap` counted',
    reason: 'a key of one team must not end the DNS of a node',
    noticedBy: 'operator',
    cases: ['c24', 'c25', 'c55'],
  },
  {
    id: 'N18',
    nodeCache: 'an empty template is served: CoreDNS answers each query with an empty NOERROR behind the rules',
    ours: 'refused; a Corefile from before stays',
    reason: 'a slip in a ConfigMap must not make every name empty',
    noticedBy: 'client',
    cases: ['m22'],
  },
];

/** Files: what is read and written while the agent runs. */
const FILES: readonly Difference[] = [
  {
    id: 'N19',
    nodeCache: 'anything wrong in the ConfigMap kube-dns, even in a key that is not read, at the start ends the watching of it until the pod starts again, and later refuses the whole of it',
    ours: 'each key and each stub domain for itself: a wrong one stays as it was, the others are taken, and it is looked at again',
    reason: 'a slip in one key is no reason to forget the others',
    noticedBy: 'operator',
    cases: ['c11', 'c12', 'c13', 'c18', 'c19', 'c22', 'c23', 'c29', 'c30', 'c51', 'c53'],
  },
  {
    id: 'N20',
    nodeCache: 'broken JSON, octets that are not UTF-8 and what fails the first check are not counted',
    ours: 'each counts as an error of `configmap`',
    reason: 'that is the counter that people are alerted by',
    noticedBy: 'dashboard',
    cases: ['c11', 'c12', 'c13', 'c18', 'c19', 'c35', 'c36'],
  },
  {
    id: 'N21',
    nodeCache: 'a directory that is not there at the start is never looked at',
    ours: 'it is looked at every 10 s, there or not',
    reason: 'a ConfigMap may come later',
    noticedBy: 'operator',
    cases: ['f57', 'f58', 'm16', 'm17'],
  },
  {
    id: 'N22',
    nodeCache: 'any file that changes beside the template, or in the ConfigMap, has the Corefile written again and printed; at the start it is written without the ConfigMap first',
    ours: 'the Corefile is written only if its text is another, at the start once',
    reason: 'no reload without a change',
    noticedBy: 'log',
    cases: ['c02', 'c05', 'c40', 'c43', 'c46'],
  },
  {
    id: 'N23',
    nodeCache: 'the Corefile is written in place',
    ours: 'a new file takes its place in one go; in place only where that cannot be done, as on a mount point',
    reason: '`reload` must not read half a Corefile',
    noticedBy: 'operator',
    cases: ['c48'],
  },
  {
    id: 'N24',
    nodeCache: 'a Corefile that could not be written is tried again when something changes once more',
    ours: 'tried again every 10 s',
    reason: 'a disk that was full for a moment must not keep a node from its configuration',
    noticedBy: 'operator',
    cases: ['c49'],
  },
];

/** All of them; docs/node-cache.md prints them, and a test compares. */
export const DIFFERENCES: readonly Difference[] = [...FLAGS, ...TEMPLATE, ...FILES, ...PROCESS_DIFFERENCES, ...NETWORK_DIFFERENCES];
