import { jsonOf } from '../../../json/value.ts';
import type { Json } from '../../../json/value.ts';
import { Cursor } from './cursor.ts';
import type { Listed } from './listed.ts';
import { readTable } from './table.ts';

/**
 * What `nft list ruleset` prints (nftables 1.0.6), as `nft -j list ruleset` would have it. Of a rule
 * that is not understood the rest is one statement by its first word, which nobody evaluates.
 * @throws InputError where the text is none, with line and column
 */
export const rulesetFromText = (file: string, contents: string): Json => {
  const cursor = new Cursor(file, contents);
  const objects: Listed[] = [];
  for (cursor.skipLines(); cursor.token.kind !== 'end'; cursor.skipLines()) objects.push(...readTable(cursor));
  return jsonOf(file, { nftables: objects }, cursor.places);
};
