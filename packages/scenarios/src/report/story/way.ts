/** A packet's way through a node as it is drawn: plain data, texts included, so that whoever draws it needs no model. */
export interface WalkedWay {
  /** In the notation of netfilter-sim, with the device that it came in by. */
  readonly packet: string;
  /** By which device it came in; `undefined`: a program of the node sent it. */
  readonly inDevice: string | undefined;
  /** By which device it left; `undefined`: by none. */
  readonly outDevice: string | undefined;
  readonly end: WalkedEnd;
  /** What became of it, as a sentence. */
  readonly ending: string;
  /** What routing said, in words, where it was asked. */
  readonly routing: Readonly<Partial<Record<RoutingPlace, string>>>;
  readonly hooks: Readonly<Record<HookName, HookPassage>>;
  /** All that happened, first to last. */
  readonly steps: readonly WayStep[];
}

/** How a packet's way through the node ended. */
export type WalkedEnd = 'delivered' | 'left' | 'lost' | 'held' | 'not-modelled';

/** A hook, as the picture has it. */
export type HookName = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';
/** The hooks in the order of the picture. */
export const HOOK_NAMES: readonly HookName[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/** Of what came in, and of what a program sent. */
export type RoutingPlace = 'input' | 'output';

/** What a packet met at a hook. */
export interface HookPassage {
  /** The packet came to it. */
  readonly reached: boolean;
  readonly stages: readonly StagePassage[];
}

/** `idle`: the packet came by, and there is no rule; `away`: it never came here. */
export type Part = 'decided' | 'passed' | 'skipped' | 'idle' | 'away';

/** What a packet met at a stage of a hook. */
export interface StagePassage {
  /** `conntrack`, a table of iptables, or nftables. */
  readonly stage: string;
  readonly part: Part;
  /** A word or two for the picture. */
  readonly verdict: string;
  /** All that happened there. */
  readonly lines: readonly string[];
}

/** One thing that happened to a packet on its way. */
export interface WayStep {
  /** Hook and stage, or a word for what is at none: `routing`, `comes in`. */
  readonly where: string;
  /** What happened, in words. */
  readonly text: string;
  /** It has a part in how the packet ends. */
  readonly decides: boolean;
}
