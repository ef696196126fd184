import { readFileSync } from 'node:fs';
import { sharedPath } from '../support/shared.ts';

/*
 * Conversations as they are recorded in coredns-cases (README there): a Corefile, upstreams that follow a script, what clients
 * ask, and what CoreDNS did.
 */

/** What an upstream says; all but `delay_ms` may be left out of it too. */
export interface ScriptedReply {
  readonly rcode?: string;
  readonly aa?: boolean;
  readonly ad?: boolean;
  readonly cd?: boolean;
  readonly ra?: boolean;
  /** Records as text; `@` is the question's name. */
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  /** Over UDP: empty, with TC. */
  readonly tc?: boolean;
  readonly drop?: boolean;
  readonly close?: boolean;
  readonly delay_ms?: number;
  readonly wrong_id?: boolean;
  readonly edns?: boolean;
  readonly size?: number;
  /** `code:hex` */
  readonly options?: readonly string[];
  /** Hex in the place of all but the ID. */
  readonly raw?: string;
  readonly close_after?: boolean;
}

/** `NAME TYPE`, `NAME *` or `*`: replies in turn, of which the last goes on. */
export type Script = Readonly<Record<string, readonly ScriptedReply[]>>;

interface AskedEdns {
  readonly size?: number;
  readonly do?: boolean;
  readonly version?: number;
  readonly options?: readonly string[];
}

export interface AskedQuery {
  /** None where all octets are given. */
  readonly name?: string;
  readonly type?: string;
  readonly class?: string;
  readonly id?: number;
  readonly opcode?: string;
  readonly questions?: number;
  readonly edns?: AskedEdns;
  readonly proto?: 'udp' | 'tcp';
  readonly from?: string;
  readonly raw?: string;
  readonly rd?: boolean;
  readonly cd?: boolean;
  readonly ad?: boolean;
  readonly aa?: boolean;
  readonly tc?: boolean;
  readonly ra?: boolean;
}

export interface Step {
  readonly query?: AskedQuery;
  readonly burst?: readonly AskedQuery[];
  readonly wait_ms?: number;
  readonly write?: string;
  readonly text?: string;
  readonly signal?: string;
  readonly metrics?: unknown;
  readonly patience_ms?: number;
}

export interface ShownMessage {
  readonly rcode: string;
  readonly flags: string;
  readonly opcode: string;
  readonly question: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly edns: { readonly version: number; readonly size: number; readonly do: boolean; readonly options: readonly string[] } | null;
  readonly bytes: number;
}

/** A message, or in words why there is none, or one that the recorder's library could not read. */
export type ShownAnswer = ShownMessage | string | { readonly unreadable: string };

/** What came of a step. */
export interface SeenStep {
  /** When it began, where that was written down; the first begins at about 0. */
  readonly at_ms?: number;
  readonly answer?: ShownAnswer | readonly ShownAnswer[];
  readonly upstream?: Readonly<Record<string, readonly string[]>>;
  readonly log?: readonly string[];
  readonly metrics?: readonly string[];
}

export interface Seen {
  readonly started: boolean;
  readonly said?: readonly string[];
  readonly steps: readonly SeenStep[];
}

export interface Conversation {
  readonly corefile: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly upstreams?: Readonly<Record<string, Script>>;
  readonly steps: readonly Step[];
}

export interface RecordedConversation {
  readonly id: string;
  readonly case: Conversation;
  readonly seen: Seen;
  /** Steps in which another recording differed. */
  readonly unstable?: readonly number[];
}

/** A kind of difference, as CoreDNS 1.15.0 and an earlier dns-cache showed it. */
export interface Kind extends RecordedConversation {
  readonly title: string;
  readonly proposal: 'follow' | 'keep' | 'choose';
}

/** A Corefile that is odd or wrong. */
export interface OddFile {
  readonly id: string;
  /** What was done to it. */
  readonly what: readonly string[];
  readonly corefile: string;
  readonly starts: boolean;
  /** Its words if not. */
  readonly says?: readonly string[];
}

/** One of which it may not be written yet what CoreDNS does. */
export type WrittenConversation = Omit<RecordedConversation, 'seen'> & { readonly seen?: Seen };

/** Where it did not start there are no steps. */
type Recorded = Omit<RecordedConversation, 'seen'> & { readonly seen?: Omit<Seen, 'steps'> & Partial<Pick<Seen, 'steps'>> };

const parseLines = (path: string): readonly unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at): unknown => {
      try {
        return JSON.parse(line);
      } catch (error) {
        throw new SyntaxError(`${path}:${at + 1}: ${error instanceof Error ? error.message : String(error)}`);
      }
    });

const readLines = (file: string): readonly unknown[] => parseLines(sharedPath(`coredns-cases/${file}`));

export const readKinds = (): readonly Kind[] => readLines('kinds.jsonl') as readonly Kind[];

export const readOddFiles = (path = sharedPath('coredns-cases/files.jsonl')): readonly OddFile[] => parseLines(path) as readonly OddFile[];

/** Those of any file in the form of the recorded ones. */
export const readWritten = (path: string): readonly WrittenConversation[] =>
  (parseLines(path) as readonly Recorded[]).map(({ seen, ...one }) => (seen === undefined ? one : { ...one, seen: { steps: [], ...seen } }));

export const readConversations = (): readonly RecordedConversation[] => readRecorded(sharedPath('coredns-cases/conversations.jsonl'));

/** Those of which it is written what CoreDNS did. */
export const readRecorded = (path: string): readonly RecordedConversation[] => readWritten(path).flatMap(({ seen, ...one }) => (seen === undefined ? [] : [{ ...one, seen }]));
