import type { NftSetReference } from './element.ts';
import type { Expression, Operand } from './expression.ts';
import type { LimitStatement } from './limit.ts';
import type { Verdict } from './verdict.ts';

/** How the two sides of a match are compared. */
export type Comparison =
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  /** Some of these bits are set; none of them is. */
  | 'in'
  | '!';

/** One thing that a rule tests or does. A `name` is that of an object of the table; `text` is what the JSON says. */
export type Statement =
  | { readonly kind: 'match'; readonly comparison: Comparison; readonly left: Expression; readonly right: Operand }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'verdict-map'; readonly key: Expression; readonly data: NftSetReference }
  /** `packets` and `bytes` are what it had counted when the text was printed. */
  | { readonly kind: 'counter'; readonly packets: number; readonly bytes: number }
  | { readonly kind: 'named-counter'; readonly name: string }
  | LimitStatement
  | { readonly kind: 'named-limit'; readonly name: string }
  | { readonly kind: 'assign'; readonly to: AssignTarget; readonly value: Expression }
  | TranslationStatement
  | { readonly kind: 'notrack' }
  | { readonly kind: 'reject'; readonly answer: RejectAnswer }
  /** `prefix` stands in front of the kernel's line, and may be empty; `options` are the further words (`level debug`). */
  | { readonly kind: 'log'; readonly prefix: string; readonly options: readonly string[] }
  /** To the queues from `queue` to `queueMax`, 0 to 65535; `flags` are `bypass` and `fanout`. */
  | { readonly kind: 'queue'; readonly queue: number; readonly queueMax: number; readonly flags: readonly string[] }
  | SetStatement
  | QuotaStatement
  | { readonly kind: 'named-quota'; readonly name: string }
  /** `flow add @ft`: once there are answers, packets of the connection pass by every hook. `flowtable` is without the `@`. */
  | { readonly kind: 'flow-offload'; readonly flowtable: string }
  /** `ct helper set "ftp"`; `helper` is the name of the object. */
  | { readonly kind: 'helper'; readonly helper: string }
  /** Gives the packet to a transparent socket; `family` where the table's does not say it, absent elsewhere. */
  | {
      readonly kind: 'tproxy';
      readonly family?: 'ip' | 'ip6';
      /** Absent: the first address of the device that the packet came in by. */
      readonly address?: Expression;
      /** Absent: the packet's own. */
      readonly port?: Expression;
    }
  /** What no rule and no later packet of the connection can see: priorities, copies, labels of SELinux. `what` names it. */
  | { readonly kind: 'no-effect'; readonly what: string; readonly text: string }
  /** A test that the model does not evaluate: it holds or does not. `what` names it. */
  | { readonly kind: 'unknown-test'; readonly what: string; readonly text: string }
  /** A packet that comes here is not followed further; `what` names what is missing. */
  | { readonly kind: 'not-modelled'; readonly what: string; readonly text: string };

/** What a statement `… set …` can set. */
export type AssignTarget = Extract<Expression, { kind: 'meta' | 'ct' | 'payload' | 'tcp-option' }>;

/** Holds until so many bytes passed, or from then on (`over`). */
export interface QuotaStatement {
  readonly kind: 'quota';
  readonly bytes: number;
  readonly usedBytes: number;
  readonly over: boolean;
}

/** How a rejected packet is answered. `code` as nft says it: `port-unreachable`. */
export type RejectAnswer =
  { readonly kind: 'tcp-reset' } | { readonly kind: 'icmp' | 'icmpv6' | 'icmpx'; readonly code: string };

/** `dnat`, `snat`, `masquerade`, `redirect`. */
export interface TranslationStatement {
  readonly kind: 'dnat' | 'snat' | 'masquerade' | 'redirect';
  /** Written where the table's family does not say it; absent elsewhere. */
  readonly family?: 'ip' | 'ip6';
  /**
   * One address, a map that gives one, or a range. With a second part, that is the port. Absent: the packet's own; of `masquerade`
   * and `redirect`, the device's.
   */
  readonly address?: Expression;
  /** Absent: the packet's own, where it is free. */
  readonly port?: Expression;
  readonly flags: readonly TranslationFlag[];
  /** Keeps the bits of the host (`netmap`). */
  readonly prefix: boolean;
}

/** What stands behind `dnat`, `snat`, `masquerade` and `redirect`. */
export type TranslationFlag = 'random' | 'fully-random' | 'persistent' | 'netmap';

/** Rules that change sets: `update @affinity { ip saddr }`. */
export interface SetStatement {
  readonly kind: 'set';
  readonly operation: 'add' | 'update' | 'delete';
  /** The name, without the `@`. */
  readonly set: string;
  readonly key: Expression;
  /** How long the element lives; absent: as the set says. */
  readonly timeoutMs?: number;
  /** What the element does once it is there. */
  readonly statements: readonly Statement[];
}
