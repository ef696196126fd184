import type { MessageValue } from '@nodelocal/dns-cache';

export type Peer = 'unbound' | 'dnsmasq';

type Flag = 'authoritative' | 'recursionAvailable';

/** `varies` where that depends on things we do not compare. */
type Seen = boolean | 'varies';

/** A flag that is not the same in our answers and in a peer's, and why. All others are. */
interface FlagDifference {
  readonly peer: Peer;
  readonly flag: Flag;
  readonly ours: Seen;
  readonly theirs: Seen;
  readonly why: string;
}

export const FLAG_DIFFERENCES: readonly FlagDifference[] = [
  {
    peer: 'unbound',
    flag: 'authoritative',
    ours: true,
    theirs: false,
    why: 'D1: a miss has the upstream’s AA, a hit the same, as in CoreDNS; unbound is never an authority',
  },
  {
    peer: 'dnsmasq',
    flag: 'authoritative',
    ours: true,
    theirs: 'varies',
    why: 'D1: dnsmasq passes AA on with what it forwards, and clears it in what it keeps',
  },
  {
    peer: 'unbound',
    flag: 'recursionAvailable',
    ours: false,
    theirs: true,
    why: 'RA is the upstream’s, as in CoreDNS, and nsd offers no recursion; unbound speaks for itself',
  },
  {
    peer: 'dnsmasq',
    flag: 'recursionAvailable',
    ours: false,
    theirs: true,
    why: 'RA is the upstream’s; dnsmasq speaks for itself',
  },
];

/** A question whose TTLs are not what a peer tells, and why. */
export const TTL_DIFFERENCES: readonly { readonly peer: Peer; readonly question: string; readonly why: string }[] = [
  {
    peer: 'dnsmasq',
    question: 'example.test SOA udp',
    why: 'dnsmasq answers with the SOA that came with a denial, whose TTL is the denial’s (RFC 2308 §3); here it was asked for',
  },
];

type RecordValue = MessageValue['answers'][number];

const recordText = ({ name, type, class: klass, data }: RecordValue): string => {
  const shown = data.kind === 'opaque' ? Buffer.from(data.octets).toString('hex') : JSON.stringify(data);
  return `${name.toLowerCase()} ${klass} ${type} ${shown}`;
};

/** A truncated answer has as many records as fit here, as CoreDNS's has, and none from either peer. */
const whole = (message: MessageValue): Pick<MessageValue, 'answers' | 'authorities' | 'additionals'> =>
  message.truncated ? { answers: [], authorities: [], additionals: [] } : message;

/** Everything about an answer that has to be the same, whoever gives it: the order of records is not. */
export const comparable = (message: MessageValue) => ({
  rcode: message.rcode,
  question: message.question,
  truncated: message.truncated,
  recursionDesired: message.recursionDesired,
  authenticated: message.authenticated,
  checkingDisabled: message.checkingDisabled,
  reserved: message.reserved,
  answers: whole(message).answers.map(recordText).toSorted(),
  authorities: whole(message).authorities.map(recordText).toSorted(),
  additionals: whole(message).additionals.map(recordText).toSorted(),
  edns: message.edns && { version: message.edns.version, dnssecOk: message.edns.dnssecOk },
});

/** The largest and the least TTL; -1 where there are no records. */
export const ttlRange = (message: MessageValue): readonly [number, number] => {
  const { answers, authorities } = whole(message);
  const ttls = [...answers, ...authorities].map(({ ttlSeconds }) => ttlSeconds);
  return ttls.length === 0 ? [-1, -1] : [Math.min(...ttls), Math.max(...ttls)];
};
