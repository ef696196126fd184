import type { WireRecord } from '../../message/build.ts';
import type { WireName } from '../../message/name.ts';
import { nameText, readNameText } from '../../message/name.ts';
import { TYPE } from '../../message/numbers.ts';
import { concatenate } from '../../message/octets.ts';
import { splitRdata } from '../../message/rdata-layout.ts';
import { substitute } from './rule/match.ts';
import { foldAscii } from './rule/name-text.ts';
import type { InvalidName, Revert, TextRewrite } from './rule/rule.ts';

/** An answer on its way back. */
export interface Draft {
  readonly kind: 'draft';
  readonly rcode: number;
  readonly records: readonly WireRecord[];
  readonly truncated: boolean;
}

/** Names compare without regard to case: a record in the upstream's spelling is about the same name. */
const endsWith = (name: string, suffix: string): boolean => foldAscii(name).endsWith(foldAscii(suffix));

const replaceEnd = (name: string, from: string, to: string): string => name.slice(0, name.length - from.length) + to;

const rewriteText = (rewrite: TextRewrite, name: string): string => {
  switch (rewrite.kind) {
    case 'domain': {
      const whole = name.length === rewrite.from.length || name.at(-rewrite.from.length - 1) === '.';
      return whole && endsWith(name, rewrite.from) ? replaceEnd(name, rewrite.from, rewrite.to) : name;
    }
    case 'suffix':
      return endsWith(name, rewrite.from) ? replaceEnd(name, rewrite.from, rewrite.to) : name;
    case 'regex':
      return substitute(rewrite.pattern, rewrite.to, name) ?? name;
  }
};

const rewriteWire = (rewrite: TextRewrite, name: WireName): WireName | InvalidName => {
  const text = rewriteText(rewrite, nameText(name));
  return readNameText(text) ?? { kind: 'invalid-name', name: text };
};

/** The types whose value is a name to rewrite, which is the first name in all of them (plugin/rewrite/reverter.go). */
const VALUE_TYPES: ReadonlySet<number> = new Set([
  TYPE.CNAME, TYPE.DNAME, TYPE.SRV, TYPE.MX, TYPE.NS, TYPE.NAPTR, TYPE.SOA, TYPE.PTR,
]);

const revertValue = (rewrite: TextRewrite, record: WireRecord): WireRecord | InvalidName => {
  const { type, rdata } = record;
  if (!VALUE_TYPES.has(type)) return record;
  const pieces = splitRdata(rdata, type, 0, rdata.length, { left: 0 });
  if ('kind' in pieces) throw new RangeError(`a checked record became malformed: ${pieces.reason}`);
  const value = pieces.find((piece) => piece.kind === 'name');
  if (value === undefined) return record;
  const end = value.at + value.octets;
  const name = rewriteWire(rewrite, rdata.subarray(value.at, end));
  if ('kind' in name) return name;
  return { ...record, rdata: concatenate([rdata.subarray(0, value.at), name, rdata.subarray(end)]) };
};

type RecordRevert = Exclude<Revert, { kind: 'cname' | 'rcode' }>;

const revertRecord = (revert: RecordRevert, record: WireRecord): WireRecord | InvalidName => {
  switch (revert.kind) {
    case 'name': {
      const name = rewriteWire(revert.rewrite, record.name);
      return 'kind' in name ? name : { ...record, name };
    }
    case 'value':
      return revertValue(revert.rewrite, record);
    case 'ttl':
      return { ...record, ttl: Math.min(Math.max(record.ttl, revert.least), revert.most) };
  }
};

/** The answer changed as the rule says that brought this about; a rule about CNAMEs has to ask, see `retarget.ts`. */
export const revertDraft = (revert: Exclude<Revert, { kind: 'cname' }>, draft: Draft): Draft | InvalidName => {
  if (revert.kind === 'rcode') return { ...draft, rcode: draft.rcode === revert.from ? revert.to : draft.rcode };
  const records: WireRecord[] = [];
  for (const record of draft.records) {
    const reverted = revertRecord(revert, record);
    if ('kind' in reverted) return reverted;
    records.push(reverted);
  }
  return { ...draft, records };
};
