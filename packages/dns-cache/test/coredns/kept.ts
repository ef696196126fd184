import { fileURLToPath } from 'node:url';
import type { RecordedConversation } from './conversation.ts';
import { readRecorded } from './conversation.ts';

/** Conversations that `pnpm referee:coredns` has recorded, made small by hand: a line for each thing found with it. */
export const readKept = (): readonly RecordedConversation[] => readRecorded(fileURLToPath(new URL('./kept.jsonl', import.meta.url)));
