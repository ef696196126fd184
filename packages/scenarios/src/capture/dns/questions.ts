import type { CapturedEnd } from '../packet.ts';
import type { Spoken } from './spoken.ts';

/** A question as one asked it: of one socket, with one ID. */
export interface CapturedQuestion {
  readonly transport: Spoken['transport'];
  readonly client: CapturedEnd;
  /** Whom its client asked: the server of the first packet; others are what that was translated to. */
  readonly server: CapturedEnd;
  /** 0 to 65535. */
  readonly id: number;
  /** Type and name, the name in small letters. */
  readonly question: string;
  /** Each time that it was sent: where it was seen, in turn. */
  readonly attempts: readonly (readonly [Spoken, ...Spoken[]])[];
  readonly answers: readonly Spoken[];
}

/** The questions of a capture, each with its answers. */
export interface Questions {
  readonly asked: readonly CapturedQuestion[];
  /** Answers to what was not seen. */
  readonly unasked: readonly Spoken[];
}

/** A packet that is seen again so soon is the same one, at its next device. */
const SAME_MS = 200;

interface Growing extends CapturedQuestion {
  readonly attempts: [Spoken, ...Spoken[]][];
  readonly answers: Spoken[];
}

const keyOf = ({ transport, client, id, question }: Spoken): string => `${transport} ${client.address} ${client.port} ${id} ${question}`;

/** Which answer belongs to which question. */
export const questionsIn = (messages: readonly Spoken[]): Questions => {
  const asked = new Map<string, Growing>();
  const unasked: Spoken[] = [];
  for (const message of messages) {
    const known = asked.get(keyOf(message));
    if (message.kind === 'answer') (known?.answers ?? unasked).push(message);
    else if (known === undefined) {
      const { transport, client, server, id, question } = message;
      asked.set(keyOf(message), { transport, client, server, id, question, attempts: [[message]], answers: [] });
    } else {
      const latest = known.attempts.at(-1);
      if (latest !== undefined && isSamePacket(latest, message)) latest.push(message);
      else known.attempts.push([message]);
    }
  }
  return { asked: [...asked.values()], unasked };
};

/** At another place, or translated. */
const isSamePacket = (attempt: readonly [Spoken, ...Spoken[]], next: Spoken): boolean => {
  const isSoon = next.packet.atMs - attempt[0].packet.atMs < SAME_MS;
  return isSoon && attempt.every((seen) => placeOf(seen) !== placeOf(next));
};

const placeOf = ({ packet, server }: Spoken): string => `${packet.device ?? packet.deviceIndex} ${packet.direction} ${server.address}`;
