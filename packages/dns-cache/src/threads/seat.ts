import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeLeft, createLedger } from '../loop/descriptor-ledger.ts';
import type { SystemCalls } from '../loop/system-calls.ts';
import type { OwnShare } from '../message/share.ts';
import { createCatalogue } from '../counting/catalogue.ts';
import type { Counts } from '../counting/counts.ts';
import { withoutGauges } from '../counting/counts.ts';
import { reasonOf } from '../reason.ts';
import type { Member, MemberEvents } from './member.ts';
import { startMember, ThreadDiedError, threadName } from './member.ts';
import type { Configuration, RequestKind, Requests } from './protocol.ts';

/** Every thread is asked so often whether it is there; one that has not answered by the next time but one hangs. */
const LOOK_EVERY_MS = 5000;

/** A thread that lived no longer may have died of its beginning: the next one waits for as long. */
const SHORT_LIFE_MS = 1000;

export interface SeatOptions {
  /** What its threads run. */
  readonly program: URL;
  readonly share: OwnShare;
  readonly calls: SystemCalls;
  /** What is to be served now. */
  readonly configuration: () => Configuration;
  readonly heard: MemberEvents['heard'];
  readonly tellsEffects: boolean;
  /** A thread is there that serves the configuration, and has yet to be told what comes to it. */
  readonly filled: (member: Member) => void;
  /** The thread died, and another one is on its way. */
  readonly lost: (reason: string) => void;
  readonly warn: (line: string) => void;
  /** How often to ask whether it is there. */
  readonly lookEveryMs?: number;
}

/** The place of a thread among others, whichever thread fills it. */
export interface Seat {
  /** `undefined` while nobody is there. */
  readonly member: Member | undefined;
  /** @throws Error where the first thread cannot serve the configuration */
  fill(): Promise<void>;
  /**
   * Has the thread serve the configuration; where it dies meanwhile, the next one, which takes that of its time anyway.
   * @throws Error with what the thread says
   */
  configure(): Promise<void>;
  /** What the thread says; nothing where there is none, or none any more: what it knew is gone with it. @throws Error with what it says */
  request<Kind extends RequestKind>(what: Kind, asks: Requests[Kind]['asks']): Promise<readonly Requests[Kind]['gives'][]>;
  /** What the threads here have counted; of one that died, as of the last time that somebody asked. */
  counts(): Promise<readonly Counts[]>;
  end(): Promise<void>;
}

export const createSeat = ({ program, share, calls, tellsEffects, configuration, heard, filled, lost, warn, lookEveryMs = LOOK_EVERY_MS }: SeatOptions): Seat => {
  const ledger = createLedger();
  const name = threadName(share);
  /** What those have counted that are no more. */
  const past = createCatalogue();
  let member: Member | undefined;
  let newcomer: Member | undefined;
  let isEnded = false;
  let begunAt = 0;
  let counted: Counts | undefined;
  let unanswered = 0;
  const awaitingNext: { readonly came: () => void; readonly failed: (error: unknown) => void }[] = [];

  const look = setInterval(() => {
    if (member === undefined) return;
    if (unanswered > 1) {
      member.kill(`no answer for ${(unanswered * lookEveryMs) / 1000} s`);
      return;
    }
    unanswered += 1;
    void member.request('answer', undefined).then(
      () => {
        unanswered = 0;
      },
      () => undefined,
    );
  }, lookEveryMs).unref();

  const fill = async (): Promise<void> => {
    begunAt = performance.now();
    newcomer = startMember(program, { share, ledger, tellsEffects }, { heard, died });
    // That may change while one that is not here yet is told.
    for (let told: Configuration | undefined; told !== configuration(); ) {
      told = configuration();
      await newcomer.request('configure', told);
    }
    member = newcomer;
    unanswered = 0;
    filled(member);
  };

  const refill = async (): Promise<void> => {
    if (performance.now() - begunAt < SHORT_LIFE_MS) await sleep(SHORT_LIFE_MS);
    if (isEnded) return;
    try {
      await fill();
      warn(`[INFO] ${name} is back`);
      for (const { came } of awaitingNext.splice(0)) came();
    } catch (error) {
      warn(`[ERROR] ${name}: ${reasonOf(error)}`);
      for (const { failed } of awaitingNext.splice(0)) failed(error);
      await newcomer?.end();
      if (!isEnded) void refill();
    }
  };

  const died = (reason: string): void => {
    closeLeft(calls, ledger);
    const wasThere = member !== undefined;
    member = undefined;
    if (counted !== undefined) past.add(withoutGauges(counted));
    counted = undefined;
    // One that died before is told by `fill`.
    if (!wasThere) return;
    lost(reason);
    void refill();
  };

  const end = async (): Promise<void> => {
    isEnded = true;
    clearInterval(look);
    for (const { failed } of awaitingNext.splice(0)) failed(new Error(`${name} was ended`));
    await newcomer?.end();
    member = undefined;
    closeLeft(calls, ledger);
  };

  const request: Seat['request'] = async (what, asks) => {
    try {
      return member === undefined ? [] : [await member.request(what, asks)];
    } catch (error) {
      if (error instanceof ThreadDiedError) return [];
      throw error;
    }
  };

  return {
    get member() {
      return member;
    },
    async fill() {
      try {
        await fill();
      } catch (error) {
        await end();
        throw error;
      }
    },
    async configure() {
      try {
        await member?.request('configure', configuration());
      } catch (error) {
        if (!(error instanceof ThreadDiedError) || isEnded) throw error;
        await new Promise<void>((came, failed) => awaitingNext.push({ came, failed }));
      }
    },
    request,
    async counts() {
      const [now] = await request('count', undefined);
      counted = now ?? counted;
      return [past.counts(), ...(counted === undefined ? [] : [counted])];
    },
    end,
  };
};
