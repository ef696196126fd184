import type { Oddity } from '../../capture/dns/oddities.ts';
import type { CapturedQuestion } from '../../capture/dns/questions.ts';
import { printSocket } from '../../preflight/way/walk.ts';

const first = ({ attempts }: CapturedQuestion): number => attempts[0]?.[0].packet.number ?? 0;

const name = (question: CapturedQuestion): string => `packet ${first(question)} (${question.question})`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const many = (packets: readonly number[]): string => {
  const some = packets.slice(0, 10).join(', ');
  return `${packets.length === 1 ? 'packet' : 'packets'} ${some}${packets.length > 10 ? ` and ${packets.length - 10} more` : ''}`;
};

export const oddityWords = (oddity: Oddity): string => {
  switch (oddity.kind) {
    case 'unanswered':
      return `${name(oddity.question)}: no answer in ${seconds(oddity.watchedMs)}`;
    case 'open':
      return `${name(oddity.question)}: no answer, and the capture ends soon after`;
    case 'late':
      return `${name(oddity.question)}: answered after ${seconds(oddity.afterMs)}`;
    case 'asked-again':
      return `packet ${oddity.packet}: ${oddity.question.question} again from the same socket, ${seconds(oddity.afterMs)} after packet ${first(oddity.question)}`;
    case 'asked-anew':
      return `${name(oddity.question)}: asked anew from another socket, ${seconds(oddity.afterMs)} after packet ${first(oddity.earlier)}, which had no answer`;
    case 'answered-from-elsewhere': {
      const { answer, question } = oddity;
      return `packet ${answer.packet.number}: answers packet ${first(question)} from ${printSocket(answer.server.address, answer.server.port)}, and ${printSocket(question.server.address, question.server.port)} was asked: the asker's socket takes nothing from there`;
    }
    case 'answer-stopped':
      return `packet ${oddity.answer.packet.number}: the answer to packet ${first(oddity.question)} came to the node, and was not seen on its way to who asked`;
    case 'failed':
      return `packet ${oddity.packet}: answers packet ${first(oddity.question)} with ${oddity.rcode}`;
    case 'truncated':
      return `packet ${oddity.packet}: truncated; who asked has to ask again by TCP`;
    case 'one-socket': {
      const [one, other] = oddity.questions;
      return `packets ${first(one)} and ${first(other)}: A and AAAA from one socket at once; until Linux 5.6 conntrack can lose one of them, where they are tracked`;
    }
    case 'refused':
      return `packet ${oddity.packet}: ${oddity.why}, for packet ${first(oddity.question)} (${oddity.question.question})`;
    case 'unasked':
      return `packet ${oddity.answer.packet.number}: answers ${oddity.answer.question}, which was not seen asked`;
    case 'fragments':
      return `${many(oddity.packets)}: fragments; what is in them is not put together`;
    case 'checksums':
      return `${many(oddity.packets)}: a checksum that is not that of the octets, as where the network card writes it later; not judged`;
    case 'cut-packets':
      return `${many(oddity.packets)}: the capture has only their beginning (tcpdump -s)`;
  }
};
