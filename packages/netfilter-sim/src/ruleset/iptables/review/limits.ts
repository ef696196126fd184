import { MATCH_MODULES } from '../matches/index.ts';
import { TARGET_MODULES } from '../targets/index.ts';

/** What the model cannot tell of a match or a target that it reads and prints. */
export interface ExtensionLimit {
  readonly kind: 'match' | 'target';
  /** As it stands behind `-m` or `-j`. */
  readonly name: string;
  /** `always`: a packet that gets to it stops there; `sometimes`: one that is as `what` says. */
  readonly extent: 'always' | 'sometimes';
  /** What is missing, or the packets that are meant, as a noun. */
  readonly what: string;
}

interface Limited {
  readonly name: string;
  readonly notModelled?: string;
  readonly notModelledFor?: string;
}

const limitsOf = (kind: ExtensionLimit['kind'], { name, notModelled, notModelledFor }: Limited): readonly ExtensionLimit[] => {
  if (notModelled !== undefined) return [{ kind, name, extent: 'always', what: notModelled }];
  return notModelledFor === undefined ? [] : [{ kind, name, extent: 'sometimes', what: notModelledFor }];
};

/** The limits of all matches and targets of iptables, in the order of their tables. */
export const EXTENSION_LIMITS: readonly ExtensionLimit[] = [
  ...MATCH_MODULES.flatMap((module) => limitsOf('match', module)),
  ...TARGET_MODULES.flatMap((module) => limitsOf('target', module)),
];
