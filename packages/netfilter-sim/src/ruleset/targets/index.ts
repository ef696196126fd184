import type { TargetModule } from '../extension.ts';
import { connmark } from './connmark.ts';
import { ct } from './ct.ts';
import { dnat } from './dnat.ts';
import { dscp } from './dscp.ts';
import { hl } from './hl.ts';
import { log } from './log.ts';
import { mark } from './mark.ts';
import { masquerade } from './masquerade.ts';
import { nfqueue } from './nfqueue.ts';
import { notrack } from './notrack.ts';
import { redirect } from './redirect.ts';
import { reject } from './reject.ts';
import { snat } from './snat.ts';
import { trace } from './trace.ts';
import { ttl } from './ttl.ts';

export const TARGETS = {
  CONNMARK: connmark,
  CT: ct,
  DNAT: dnat,
  DSCP: dscp,
  HL: hl,
  LOG: log,
  MARK: mark,
  MASQUERADE: masquerade,
  NFQUEUE: nfqueue,
  NOTRACK: notrack,
  REDIRECT: redirect,
  REJECT: reject,
  SNAT: snat,
  TRACE: trace,
  TTL: ttl,
};

/** What a rule does beyond a plain verdict. */
export type Target = ReturnType<(typeof TARGETS)[keyof typeof TARGETS]['parse']>;

/** Whichever module it is, it takes the targets that it made. */
export type AnyTargetModule = TargetModule<Target['kind'], Target>;

export const findTargetModule = (name: string): AnyTargetModule | undefined =>
  Object.hasOwn(TARGETS, name) ? (TARGETS as unknown as Record<string, AnyTargetModule>)[name] : undefined;

export const targetModule = (target: Target): AnyTargetModule => TARGETS[target.kind] as unknown as AnyTargetModule;
