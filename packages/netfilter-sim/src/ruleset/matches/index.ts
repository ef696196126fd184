import { comment } from './comment.ts';
import type { CommentMatch } from './comment.ts';

export type Match = CommentMatch;

export const MATCHES = { comment };
