import type { TargetModule } from '../extension/extension.ts';
import { audit } from './audit.ts';
import { checksum } from './checksum.ts';
import { classify } from './classify.ts';
import { connmark } from './connmark.ts';
import { connsecmark } from './connsecmark.ts';
import { ct } from './ct.ts';
import { dnat } from './dnat.ts';
import { dnpt } from './dnpt.ts';
import { dscp } from './dscp.ts';
import { ecn } from './ecn.ts';
import { hl } from './hl.ts';
import { hmark } from './hmark.ts';
import { idletimer } from './idletimer.ts';
import { log } from './log.ts';
import { mark } from './mark.ts';
import { masquerade } from './masquerade.ts';
import { netmap } from './netmap.ts';
import { nflog } from './nflog.ts';
import { nfqueue } from './nfqueue.ts';
import { notrack } from './notrack.ts';
import { rateest } from './rateest.ts';
import { redirect } from './redirect.ts';
import { reject } from './reject.ts';
import { secmark } from './secmark.ts';
import { set } from './set.ts';
import { snat } from './snat.ts';
import { snpt } from './snpt.ts';
import { synproxy } from './synproxy.ts';
import { tcpmss } from './tcpmss.ts';
import { tcpoptstrip } from './tcpoptstrip.ts';
import { tee } from './tee.ts';
import { tos } from './tos.ts';
import { tproxy } from './tproxy.ts';
import { trace } from './trace.ts';
import { ttl } from './ttl.ts';

const TARGETS = {
  AUDIT: audit,
  CHECKSUM: checksum,
  CLASSIFY: classify,
  CONNMARK: connmark,
  CONNSECMARK: connsecmark,
  CT: ct,
  DNAT: dnat,
  DNPT: dnpt,
  DSCP: dscp,
  ECN: ecn,
  HL: hl,
  HMARK: hmark,
  IDLETIMER: idletimer,
  LOG: log,
  MARK: mark,
  MASQUERADE: masquerade,
  NETMAP: netmap,
  NFLOG: nflog,
  NFQUEUE: nfqueue,
  NOTRACK: notrack,
  RATEEST: rateest,
  REDIRECT: redirect,
  REJECT: reject,
  SECMARK: secmark,
  SET: set,
  SNAT: snat,
  SNPT: snpt,
  SYNPROXY: synproxy,
  TCPMSS: tcpmss,
  TCPOPTSTRIP: tcpoptstrip,
  TEE: tee,
  TOS: tos,
  TPROXY: tproxy,
  TRACE: trace,
  TTL: ttl,
};

/** What a rule does beyond a plain verdict. */
export type Target = ReturnType<(typeof TARGETS)[keyof typeof TARGETS]['parse']>;

/** Whichever module it is, it takes the targets that it made. */
export type AnyTargetModule = TargetModule<Target['kind'], Target>;

export const TARGET_MODULES: readonly AnyTargetModule[] = Object.values<AnyTargetModule>(TARGETS);

export const findTargetModule = (name: string): AnyTargetModule | undefined =>
  Object.hasOwn(TARGETS, name) ? ((TARGETS as Readonly<Record<string, unknown>>)[name] as AnyTargetModule) : undefined;

export const targetModule = (target: Target): AnyTargetModule => TARGETS[target.kind];
