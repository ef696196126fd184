import { durationText } from '../../corefile/duration.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Reply } from '../../message/answer.ts';
import type { WireRecord } from '../../message/build.ts';
import type { Section } from '../../message/check.ts';
import { editReply, replyRecords } from '../../message/compose.ts';
import { RCODE, TYPE } from '../../message/numbers.ts';
import type { Handler } from '../../plugin/handler.ts';
import type { Site } from '../../plugin/site.ts';
import { reasonOf } from '../../reason.ts';
import { preferSection, shuffleSection, weighSection } from './order.ts';
import type { LoadbalancePolicy, LoadbalanceValue } from './setup.ts';
import type { Weights } from './weights.ts';
import { chooseFirst, parseWeights, WeightError } from './weights.ts';

/** Puts the records of one section of a reply in order. */
type Arrange = (records: readonly WireRecord[], section: Section, type: number) => readonly WireRecord[];

type WeightedPolicy = Extract<LoadbalancePolicy, { kind: 'weighted' }>;

/** The weights now, from a file that may come and change later. @throws CorefileError where it is wrong from the start */
const watchWeights = ({ path, reloadMs, position }: WeightedPolicy, site: Site): (() => Weights) => {
  const { runtime } = site;
  let weights: Weights = new Map();
  let text: string | undefined;
  try {
    text = site.readFile(path);
  } catch (cause) {
    const reason = `${path}: ${reasonOf(cause)}`;
    if (reloadMs === 0) throw new CorefileError(position, `no weight file: ${reason}`);
    const again = `Will try again in ${durationText(reloadMs)}`;
    const line = `[WARNING] plugin/loadbalance: Failed to open weight file: ${reason}. ${again}`;
    site.atStart(() => runtime.emit({ kind: 'log', level: 'warning', line }));
  }
  try {
    if (text !== undefined) weights = parseWeights(text);
  } catch (cause) {
    if (!(cause instanceof WeightError)) throw cause;
    throw new CorefileError(position, `weight file ${path}: ${cause.message}`);
  }
  if (reloadMs > 0) {
    site.watchFile(path, (changed) => {
      try {
        weights = parseWeights(changed);
        const line = `[INFO] plugin/loadbalance: Successfully reloaded weight file ${path}`;
        runtime.emit({ kind: 'log', level: 'info', line });
      } catch (cause) {
        if (!(cause instanceof WeightError)) throw cause;
        // What was known before goes on.
        const line = `[ERROR] plugin/loadbalance: weight file ${path}: ${cause.message}`;
        runtime.emit({ kind: 'log', level: 'error', line });
      }
    });
  }
  return () => weights;
};

const arrangeBy = (policy: LoadbalancePolicy, site: Site): Arrange => {
  const random = (): number => site.runtime.random();
  switch (policy.kind) {
    case 'round_robin':
      return (records) => shuffleSection(records, random);
    case 'weighted': {
      const weights = watchWeights(policy, site);
      return (records, section, type) =>
        section === 'authority' || (type !== TYPE.A && type !== TYPE.AAAA && type !== TYPE.SRV)
          ? records
          : weighSection(records, (addresses) => chooseFirst(addresses, weights(), random));
    }
  }
};

const SECTIONS: readonly Section[] = ['answer', 'authority', 'additional'];

/** Changes the order of records, so that clients that take the first spread over all (CoreDNS plugin/loadbalance). */
export const serve = ({ policy, prefer }: LoadbalanceValue, site: Site, next: Handler): Handler => {
  const arrange = arrangeBy(policy, site);

  const balance = (reply: Reply, type: number): Reply => {
    if (reply.message.ttlOffsets.length < 2) return reply;
    const records = replyRecords(reply);
    const arranged = SECTIONS.flatMap((section) => {
      const found = arrange(records.filter((record) => record.section === section), section, type);
      return prefer.length === 0 || section === 'authority' ? found : preferSection(found, prefer);
    });
    // Most replies have nothing to arrange, and their octets can stay.
    return arranged.every((record, index) => record === records[index]) ? reply : editReply(reply, { records: arranged });
  };

  return (request, answer) => {
    const { type } = request.query.question;
    next(request, (outcome) =>
      answer(
        outcome.kind === 'reply' && outcome.reply.message.rcode === RCODE.NOERROR
          ? { ...outcome, reply: balance(outcome.reply, type) }
          : outcome,
      ),
    );
  };
};
