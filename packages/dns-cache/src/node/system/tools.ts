import type { IptablesBackend, IptablesTools } from '../backend.ts';
import type { Run } from '../command.ts';
import type { Family } from '../family.ts';
import { waitWords } from './waits.ts';

/** Milliseconds that a program may need that only reads. */
export const LOOK_MS = 10_000;

const PREFIX: Readonly<Record<Family, string>> = { ipv4: 'iptables', ipv6: 'ip6tables' };

/** What a program says to `--version`; '' where it fails, `undefined` where there is none. */
const versionOf = async (run: Run, program: string): Promise<string | undefined> => {
  const told = await run({ argv: [program, '--version'], timeLimitMs: LOOK_MS });
  if (told.kind === 'missing') return undefined;
  return told.kind === 'done' ? told.stdout : '';
};

const restoreTools = (ending: string, version: string): IptablesBackend['tools'] => {
  const tools = (family: Family): IptablesTools => {
    const name = `${PREFIX[family]}${ending}`;
    return { kind: 'restore', save: `${name}-save`, restore: `${name}-restore`, single: name, waits: waitWords(version, 'restore') };
  };
  return { ipv4: tools('ipv4'), ipv6: tools('ipv6') };
};

/** The tools of one variant under their full names. */
export const namedTools = async (run: Run, variant: 'legacy' | 'nft'): Promise<IptablesBackend | undefined> => {
  const version = await versionOf(run, `iptables-${variant}-restore`);
  return version === undefined ? undefined : { kind: 'iptables', variant, tools: restoreTools(`-${variant}`, version) };
};

/** What `iptables` is: `iptables v1.8.9 (nf_tables)`, `(legacy)`; before 1.8 it says neither, and is legacy. */
export const plainTools = async (run: Run): Promise<IptablesBackend | undefined> => {
  const version = await versionOf(run, 'iptables');
  if (version === undefined) return undefined;
  const variant = version.includes('nf_tables') ? 'nft' : 'legacy';
  const restores = await versionOf(run, 'iptables-restore');
  if (restores !== undefined) return { kind: 'iptables', variant, tools: restoreTools('', version) };
  const single = (family: Family): IptablesTools => ({ kind: 'single', single: PREFIX[family], waits: waitWords(version, 'single') });
  return { kind: 'iptables', variant, tools: { ipv4: single('ipv4'), ipv6: single('ipv6') } };
};
