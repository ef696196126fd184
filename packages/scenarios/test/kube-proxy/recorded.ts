import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { elements, field, parseJson, text } from '@nodelocal/netfilter-sim/json';
import type { ProxiedFamilies } from '../../src/kube-proxy/nftables/write.ts';
import { proxiedNode } from '../../src/kube-proxy/services/proxied.ts';
import { readProxyFlags } from '../../src/kube-proxy/settings/read-flags.ts';
import type { KubernetesObjects } from '../../src/kubernetes/objects.ts';
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

/*
 * The API of the recordings gave kube-proxy everything, whatever labels and names it had asked for (labelSelector, fieldSelector).
 * So it also served the Services that are another proxy's; and of the three nodes it took the zone of the one that it heard of
 * last, which is a matter of chance (client-go tells a new listener in the order of a map; pkg/proxy/config/config.go of 1.34).
 */

const ANOTHER_PROXY = 'service.kubernetes.io/service-proxy-name';

/** Hints decide in no other case. */
const HEARD_LAST: ReadonlyMap<string, string> = new Map([['nftables-8-39', 'node3']]);

const asServed = (objects: KubernetesObjects, heardLast: string): KubernetesObjects => {
  const labels = objects.nodes.find(({ name }) => name === heardLast)?.labels ?? new Map<string, string>();
  return {
    ...objects,
    nodes: objects.nodes.map((node) => ({ ...node, labels })),
    services: objects.services.map((service) => ({ ...service, labels: new Map([...service.labels].filter(([name]) => name !== ANOTHER_PROXY)) })),
  };
};

/** The node of a case, before and after its change. */
export const nodeOf = ({ id, flags, objects, change }: RecordedCase): { readonly before: ProxiedFamilies; readonly after: ProxiedFamilies } => {
  const settings = readProxyFlags(flags);
  const { before, after } = readChangedObjects(objects, change);
  const families = (of: KubernetesObjects): ProxiedFamilies => {
    const served = asServed(of, HEARD_LAST.get(id) ?? 'node1');
    return { ipv4: proxiedNode(served, 'node1', 'ipv4', settings), ipv6: proxiedNode(served, 'node1', 'ipv6', settings) };
  };
  return { before: families(before), after: families(after) };
};
