import { CorefileError } from '@nodelocal/dns-cache';
import { InputError, plainText, printNote, readNode } from '@nodelocal/netfilter-sim';
import type { CapturedNode, NodeFile, NodeSnapshot } from '@nodelocal/netfilter-sim';
import { doctor } from '../doctor/examine.ts';
import { describeDoctor } from '../doctor/words/report.ts';
import type { Story } from '../report/story/story.ts';
import type { PlaygroundInput } from './input.ts';
import { ScenarioError } from '../scenario/error.ts';
import { KNOWN_FILES } from './input.ts';
import { lookUp } from './lookup.ts';
import { walkPacket } from './packet.ts';
import type { Walked } from './walked.ts';

/** What the playground says to an input. */
export type PlaygroundAnswer =
  | { readonly kind: 'problem'; readonly problem: Problem }
  | {
      readonly kind: 'answer';
      readonly stories: readonly Story[];
      readonly assumptions: readonly string[];
      /** What has to be known of the files, and what was taken for granted. */
      readonly notes: readonly string[];
      /** What `scenarios doctor` says of the node. */
      readonly doctor: readonly string[];
    };

/** Something that cannot be read: where, why, and how to mend it. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly mend: string;
}

export const answerPlayground = (input: PlaygroundInput): PlaygroundAnswer => {
  try {
    const snapshot = snapshotOf(input.files);
    const node = readNode(snapshot);
    const { stories, assumptions, notes } = walked(input, snapshot, node);
    return { kind: 'answer', stories, assumptions, notes: [...node.notes.map(printNote), ...notes], doctor: describeDoctor(doctor({ snapshot, device: 'nodelocaldns', dnsPort: 53, healthPort: 8080, pods: [] })) };
  } catch (error) {
    // What no file says: a name that cannot be, in the scenario that was made of them.
    if (error instanceof ScenarioError) return { kind: 'problem', problem: { file: error.path === 'cache.corefile' ? 'corefile' : error.path, line: 1, column: 1, reason: error.reason, mend: '' } };
    if (!(error instanceof InputError) && !(error instanceof CorefileError)) throw error;
    const { position, reason, mend } = error;
    return { kind: 'problem', problem: { file: position.file.replace(`${FOLDER}/`, ''), line: position.line, column: position.column, reason, mend } };
  }
};

const FOLDER = 'node';

const snapshotOf = (files: PlaygroundInput['files']): NodeSnapshot => {
  const given = Object.entries(files).filter(([, text]) => text.trim() !== '');
  const isRead = (name: string): name is NodeFile => KNOWN_FILES.includes(name) && name !== 'corefile' && name !== 'resolv.conf';
  return {
    folder: FOLDER,
    contents: Object.fromEntries(given.filter(([name]) => isRead(name)).map(([name, text]) => [name, plainText(text)])),
    others: given.map(([name]) => name).filter((name) => !KNOWN_FILES.includes(name)),
  };
};

const walked = ({ ask, files, seed }: PlaygroundInput, snapshot: NodeSnapshot, node: CapturedNode): Walked => {
  switch (ask.kind) {
    case 'packet':
      return walkPacket(node, ask.text, seed);
    case 'lookup':
      return lookUp(snapshot, node, { name: ask.name, corefile: files['corefile'], resolvConf: files['resolv.conf'] }, seed);
  }
};
