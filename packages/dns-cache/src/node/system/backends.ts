import type { IptablesBackend } from '../backend.ts';
import type { Run } from '../command.ts';
import type { ReadText } from '../read-text.ts';
import { FAMILIES } from '../family.ts';
import { LOOK_MS, namedTools, plainTools } from './tools.ts';

interface Traces {
  readonly hasHint: boolean;
  readonly rules: number;
}

const NO_TRACES: Traces = { hasHint: false, rules: 0 };

/** What the kubelet and others left in the tables of this variant. */
const tracesIn = async (run: Run, { tools }: IptablesBackend): Promise<Traces> => {
  const lines: string[] = [];
  for (const family of FAMILIES) {
    const tool = tools[family];
    if (tool.kind === 'single') continue;
    const told = await run({ argv: [tool.save], timeLimitMs: LOOK_MS });
    if (told.kind === 'done') lines.push(...told.stdout.split('\n'));
  }
  return {
    hasHint: lines.some((line) => /^:KUBE-(?:IPTABLES-HINT|KUBELET-CANARY) /.test(line)),
    // Rules of an agent say nothing of who else writes there: it may have chosen wrongly (case r15).
    rules: lines.filter((line) => line.startsWith('-A ') && !line.includes('NodeLocal DNS Cache: ')).length,
  };
};

/** As kubernetes-sigs/iptables-wrappers chooses: by the kubelet's chains, else by who has more rules; `undefined`: they say nothing. */
const chosenVariant = (nft: Traces, legacy: Traces): 'nft' | 'legacy' | undefined => {
  if (nft.hasHint !== legacy.hasHint) return nft.hasHint ? 'nft' : 'legacy';
  if (nft.rules === legacy.rules) return undefined;
  return nft.rules > legacy.rules ? 'nft' : 'legacy';
};

export interface FoundBackends {
  /** `undefined`: this node has no iptables. */
  readonly backend: IptablesBackend | undefined;
  /** The other variant, where it has tables: an earlier agent may have left rules there. */
  readonly others: readonly IptablesBackend[];
}

/** Whether the kernel has any: `iptables-legacy-save` would make them by asking. */
const hasLegacy = async (readText: ReadText): Promise<boolean> => {
  const names = [await readText('/proc/net/ip_tables_names'), await readText('/proc/net/ip6_tables_names')];
  return names.some((text) => text !== undefined && text.trim() !== '');
};

/** Which variant of iptables others write to here. The plain names are taken where they mean that one. */
export const findBackends = async (run: Run, readText: ReadText): Promise<FoundBackends> => {
  const plain = await plainTools(run);
  const nft = await namedTools(run, 'nft');
  const legacy = await namedTools(run, 'legacy');
  if (nft === undefined || legacy === undefined) return { backend: plain ?? nft ?? legacy, others: [] };
  const hasLegacyTables = await hasLegacy(readText);
  const chosen = chosenVariant(await tracesIn(run, nft), hasLegacyTables ? await tracesIn(run, legacy) : NO_TRACES);
  const variant = chosen ?? plain?.variant ?? 'nft';
  const named = variant === 'nft' ? nft : legacy;
  const backend = plain?.variant === variant ? plain : named;
  if (variant === 'legacy') return { backend, others: [nft] };
  return { backend, others: hasLegacyTables ? [legacy] : [] };
};
