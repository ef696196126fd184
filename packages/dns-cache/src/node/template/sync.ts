import type { DirectoryContents } from './contents.ts';
import { filesOf } from './contents.ts';
import type { KubeDns, KubeDnsProblem } from './kube-dns.ts';
import { NO_KUBE_DNS } from './kube-dns.ts';
import { readKubeDns } from './read-kube-dns.ts';
import type { NodeFacts, Rendering, RenderWarning } from './render.ts';
import { renderCorefile } from './render.ts';

/** What is remembered between two looks at the files. */
export interface SyncState {
  /** The last that could be understood. */
  readonly kubeDns: KubeDns;
  /** The Corefile that was rendered last, whoever has changed it meanwhile; `undefined` before the first. */
  readonly rendered: string | undefined;
}

export const INITIAL_SYNC: SyncState = { kubeDns: NO_KUBE_DNS, rendered: undefined };

/** The two directories as they are. */
export interface Sources {
  readonly template: DirectoryContents;
  readonly kubeDns: DirectoryContents;
}

/** What is to be done about the Corefile. */
type SyncOutcome =
  | Extract<Rendering, { kind: 'rendered' }>
  /** The same text as before: it is not written again, and what somebody wrote by hand stays. */
  | { readonly kind: 'unchanged' }
  /** The Corefile stays as it is, and counts as an error of configuration. At the start that may be none at all. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface Synced {
  readonly state: SyncState;
  readonly outcome: SyncOutcome;
  /** Each counts as an error of the ConfigMap. */
  readonly problems: readonly KubeDnsProblem[];
  /** Also where nothing is to be written. */
  readonly warnings: readonly RenderWarning[];
}

/** As node-cache says it, for those who are alerted by it. */
const notRead = (file: string, reason: string): Rendering => ({ kind: 'refused', reason: `Failed to read node-cache coreFile ${file} - ${reason}` });

const render = (template: string, sources: Sources, kubeDns: KubeDns, facts: NodeFacts): Rendering => {
  const file = filesOf(sources.template).get(template);
  const where = facts.reading.file;
  if (sources.template.kind === 'unreadable') return notRead(where, sources.template.reason);
  if (file === undefined) return notRead(where, 'no such file');
  if (file.kind === 'unreadable') return notRead(where, file.reason);
  return renderCorefile(file.text, kubeDns, facts);
};

/** What the files ask for now; `template` is the name of the template in its directory. */
export const syncCorefile = (state: SyncState, sources: Sources, template: string, facts: NodeFacts): Synced => {
  const { value: kubeDns, problems } = readKubeDns(sources.kubeDns, state.kubeDns);
  const rendering = render(template, sources, kubeDns, facts);
  switch (rendering.kind) {
    case 'refused':
      return { state: { ...state, kubeDns }, outcome: rendering, problems, warnings: [] };
    case 'rendered': {
      const { corefile, warnings } = rendering;
      const outcome: SyncOutcome = corefile === state.rendered ? { kind: 'unchanged' } : rendering;
      return { state: { kubeDns, rendered: corefile }, outcome, problems, warnings };
    }
  }
};
