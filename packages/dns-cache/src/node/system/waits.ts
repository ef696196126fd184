import type { IptablesTools } from '../backend.ts';

/** Parts of the version that `iptables v1.8.9 (nf_tables)` says; `undefined` where it says none. */
const versionIn = (text: string): readonly number[] | undefined => /v(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)?.slice(1).map((part) => Number(part ?? 0));

const isAtLeast = (version: readonly number[], wanted: readonly number[]): boolean => {
  const index = wanted.findIndex((part, index) => (version[index] ?? 0) !== part);
  return index < 0 || (version[index] ?? 0) > (wanted[index] ?? 0);
};

/**
 * How a program is told to wait for the lock of xtables, five seconds as kubernetes' util/iptables does: `-w` from 1.4.20, with
 * seconds from 1.4.22; `iptables-restore` has it from 1.6.2.
 * @param versionText what it says to `--version`
 */
export const waitWords = (versionText: string, kind: IptablesTools['kind']): readonly string[] => {
  const version = versionIn(versionText);
  if (version === undefined) return [];
  if (kind === 'restore') return isAtLeast(version, [1, 6, 2]) ? ['-w', '5'] : [];
  if (isAtLeast(version, [1, 4, 22])) return ['-w', '5'];
  return isAtLeast(version, [1, 4, 20]) ? ['-w'] : [];
};
