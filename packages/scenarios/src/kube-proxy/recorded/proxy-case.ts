import { broken, field, parseJson, text, textOr } from '@nodelocal/netfilter-sim/json';
import type { Json } from '@nodelocal/netfilter-sim/json';
import { optional, isMissing, listOf } from '../../kubernetes/fields.ts';
import type { KubernetesObjects } from '../../kubernetes/objects.ts';
import { readChangedObjects } from '../../kubernetes/read-objects.ts';
import { readProxyFlags } from '../settings/read-flags.ts';
import type { ProxySettings } from '../settings/settings.ts';

/** What kube-proxy left on a node, by the tool that prints it. */
export type Written = Readonly<Record<string, string>>;

/** A recorded run of kube-proxy: the objects that it was given, and what it wrote; then the same once some have changed. */
export interface ProxyCase {
  readonly id: string;
  /** The node that it ran on. */
  readonly node: string;
  readonly settings: ProxySettings;
  readonly before: KubernetesObjects;
  readonly written: Written;
  /** `undefined`: nothing changed. */
  readonly change: { readonly after: KubernetesObjects; readonly written: Written } | undefined;
}

const writtenOf = (json: Json): Written => {
  if (typeof json.value !== 'object' || json.value === null) return broken(json, 'an object');
  return Object.fromEntries(Object.keys(json.value).map((tool) => [tool, text(field(json, tool))]));
};

/** One line of a file in the form of `../shared/kube-proxy-cases`. @throws InputError, ProxyFlagError */
export const readProxyCase = (file: string, line: string): ProxyCase => {
  const json = parseJson(file, line);
  const { before, after } = readChangedObjects(field(json, 'objects'), optional(json, 'change'));
  const writtenAfter = optional(json, 'written-after');
  return {
    id: text(field(json, 'id')),
    // As it was recorded: on the first of the nodes.
    node: textOr(optional(json, 'node'), before.nodes[0]?.name ?? ''),
    settings: readProxyFlags(listOf(field(json, 'flags')).map(text)),
    before,
    written: writtenOf(field(json, 'written')),
    change: isMissing(writtenAfter) ? undefined : { after, written: writtenOf(writtenAfter) },
  };
};
