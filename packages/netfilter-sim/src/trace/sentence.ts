import { printNftPlace } from '../ruleset/nftables/values/place.ts';
import { printTableName } from '../ruleset/shared/hooks.ts';
import type { Disposition, DropReason, SocketAnswer } from './disposition.ts';
import type { SkipReason } from './step.ts';

const reasonSentence = (reason: DropReason): string => {
  switch (reason.kind) {
    case 'rule':
      return `by ${printTableName(reason.table, reason.backEnd)} ${reason.chain} rule ${reason.number}`;
    case 'rejected':
      return `and its sender told so, by ${printTableName(reason.table, reason.backEnd)} ${reason.chain} rule ${reason.number}`;
    case 'answered-open':
      return `and answered in place of the server, by ${printTableName(reason.table, reason.backEnd)} ${reason.chain} rule ${reason.number}`;
    case 'policy':
      return `by the policy of ${printTableName(reason.table, reason.backEnd)} ${reason.chain}`;
    case 'nft-rule':
    case 'nft-policy':
      return `by ${printNftPlace(reason)}`;
    case 'nft-rejected':
      return `and its sender told so, by ${printNftPlace(reason)}`;
    case 'malformed':
      return `as malformed, by a match in ${printTableName(reason.table, reason.backEnd)} ${reason.chain} rule ${reason.number}`;
    case 'queue-without-listener':
      return `because no program listens on queue ${reason.queue}`;
    case 'martian-source':
      return 'because such a source cannot come from there (martian)';
    case 'martian-destination':
      return 'because such a destination cannot be routed (martian)';
    case 'reverse-path':
      return 'because the way back to its source is by another device (rp_filter)';
    case 'no-route':
      return 'because there is no route to its destination';
    case 'no-source':
      return 'because no address of the host fits the way to its destination';
    case 'unreachable':
      return 'because its destination is unreachable';
    case 'prohibited':
      return 'by a prohibit route';
    case 'blackhole':
      return 'by a blackhole route';
    case 'not-a-router':
      return 'because the host does not forward (ip_forward)';
    case 'time-exceeded':
      return 'because its time to live ran out';
    case 'assigned-to-socket':
      return 'because TPROXY gave it to a socket, and routing would forward it: a rule for its mark to a table with a local route is missing';
    case 'not-joined':
      return `because nobody on this node has joined its group on ${reason.device}`;
    case 'no-port':
      return `because ${NO_PORT[reason.why](reason.port)}`;
    case 'device-down':
      return `because ${reason.device} is down`;
    case 'conntrack-table-full':
      return 'because the conntrack table is full';
    case 'conntrack-clash':
      return 'because another packet of the flow was confirmed first (insert_failed)';
    case 'no-address-to-masquerade':
      return 'because its device has no address to masquerade with';
    case 'no-address-to-redirect':
      return 'because its device has no address to redirect to';
    case 'masquerade-device-changed':
      return 'because its masqueraded connection would leave by another device';
    case 'icmp-redirect-of-translated':
      return 'because an ICMP redirect cannot be translated';
  }
};

const SOCKET_SENTENCES: Readonly<Record<SocketAnswer, string>> = {
  open: 'delivered to a socket of this node',
  closed: 'delivered to this node, where no socket listens',
  none: 'delivered to this node',
  unknown: 'delivered to this node',
};

/** What became of a packet, in words that continue "it was …". */
export const dispositionSentence = (disposition: Disposition): string => {
  switch (disposition.kind) {
    case 'delivered':
      return SOCKET_SENTENCES[disposition.socket];
    case 'forwarded':
      return `forwarded by ${disposition.device}`;
    case 'sent':
      return `sent by ${disposition.device}`;
    case 'dropped':
      return `dropped ${reasonSentence(disposition.reason)}`;
    case 'not-modelled': {
      const { what, rule, question, usedByNode } = disposition;
      if (usedByNode === true)
        return `not followed further: this node uses ${what}, which is not modelled: the answer would be a guess`;
      const lacks = question === undefined ? `${what} is not modelled` : `it hangs on ${what}, which nobody told`;
      return `not followed further: ${lacks}${rule === undefined ? '' : `, in ${rule.place} (${rule.text})`}`;
    }
  }
};

export const skipSentence = (what: 'conntrack' | 'nat' | 'confirm', reason: SkipReason): string => {
  switch (reason) {
    case 'untracked':
      return what === 'nat' ? 'skipped: untracked, so nothing can be translated' : 'skipped: untracked';
    case 'invalid':
      return 'skipped: the packet belongs to no connection';
    case 'already-tracked':
      return 'skipped: it has its connection';
    case 'already-decided':
      return 'chains skipped: decided by the first packet of the connection';
    case 'already-confirmed':
      return 'skipped: confirmed before';
  }
};

const NO_PORT: Readonly<Record<Extract<DropReason, { kind: 'no-port' }>['why'], (port: string) => string>> = {
  hairpin: (port) => `it would leave the bridge by ${port}, by which it came, and that port does not turn packets back (hairpin)`,
  isolated: (port) => `${port} and every other port of the bridge are isolated`,
  only: (port) => `the bridge has no port but ${port}, by which it came`,
};
