import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { elements, field, parseJson, text } from '@nodelocal/netfilter-sim/json';
import type { ProxiedFamilies } from '../../src/kube-proxy/nftables/write.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { readProxyFlags } from '../../src/kube-proxy/settings/read-flags.ts';
import { readChangedObjects } from '../../src/kubernetes/read-objects.ts';

const FILE = fileURLToPath(new URL('../../../../../shared/kube-proxy-cases/nftables.jsonl', import.meta.url));

export const hasRecorded = existsSync(FILE);

/** What a running kube-proxy wrote of some objects, and after a change of them. */
export interface RecordedCase {
  readonly id: string;
  readonly flags: readonly string[];
  readonly objects: Json;
  readonly change: Json;
  readonly written: string;
  readonly writtenAfter: string;
}

const caseOf = (line: string): RecordedCase => {
  const json = parseJson('nftables.jsonl', line);
  return {
    id: text(field(json, 'id')),
    flags: elements(field(json, 'flags')).map(text),
    objects: field(json, 'objects'),
    change: field(json, 'change'),
    written: text(field(field(json, 'written'), 'nft')),
    writtenAfter: text(field(field(json, 'written-after'), 'nft')),
  };
};

export const recordedCases = (): readonly RecordedCase[] =>
  hasRecorded
    ? readFileSync(FILE, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map(caseOf)
    : [];

/** The node of a case, before and after its change. */
export const nodeOf = ({ flags, objects, change }: RecordedCase): { readonly before: ProxiedFamilies; readonly after: ProxiedFamilies } => {
  const settings = readProxyFlags(flags);
  const { before, after } = readChangedObjects(objects, change);
  const families = (of: typeof before): ProxiedFamilies => ({ ipv4: proxiedNode(of, 'node1', 'ipv4', settings), ipv6: proxiedNode(of, 'node1', 'ipv6', settings) });
  return { before: families(before), after: families(after) };
};
