import { fileURLToPath } from 'node:url';
import type { CoreDnsRelease } from '../../src/referee/differences.ts';
import type { RecordedConversation } from './conversation.ts';
import { readRecorded } from './conversation.ts';

/** Conversations that `pnpm referee:coredns` has recorded with a release, made small by hand: a line for each thing found with it. */
export const readKept = (release: CoreDnsRelease = '1.15.0'): readonly RecordedConversation[] => readRecorded(fileURLToPath(new URL(`./kept/${release}.jsonl`, import.meta.url)));
