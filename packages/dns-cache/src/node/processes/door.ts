import type { InheritedSocket } from '../../loop/inherited.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { reasonOf } from '../../reason.ts';
import type { SuccessionDoor } from './handover.ts';
import { openSuccession } from './handover.ts';

/** How those who came through the door leave this agent. */
export type Succeeded =
  /** Another agent serves in its place, until `abandoned`. */
  | { readonly kind: 'retired'; readonly abandoned: Promise<void> }
  /** One that wanted to is gone again: these sockets wait for somebody. */
  | { readonly kind: 'abandoned'; readonly sockets: readonly InheritedSocket[] };

export interface DoorOptions {
  readonly calls: SystemCalls;
  /** Where another agent looks for it; `undefined`: it stays shut. */
  readonly stateDirectory: string | undefined;
  readonly sockets: () => readonly InheritedSocket[];
  /** Resolves when our servers read those no longer. */
  readonly leave: () => Promise<void>;
  /** Another serves: all else is let go. */
  readonly letGo: () => Promise<void>;
  readonly end: (how: Succeeded) => void;
  readonly log: (line: string) => void;
}

/** Where another agent comes in that is to go on in the place of this one. */
export interface Door {
  open(): Promise<void>;
  /** How the one that is about to go on in the place of this one does so, or does not; `undefined`: there is none. */
  pending(): Promise<Succeeded | undefined>;
  close(): void;
}

export const createDoor = ({ calls, stateDirectory, sockets, leave, letGo, end, log }: DoorOptions): Door => {
  let opened: SuccessionDoor | undefined;
  let isOpen = false;
  let abandon: () => void = () => undefined;
  const abandonedLater = new Promise<void>((resolve) => {
    abandon = resolve;
  });
  let succeed: (how: Succeeded) => void = () => undefined;
  const succeeded = new Promise<Succeeded>((resolve) => {
    succeed = resolve;
  });
  /** Resolves when our servers have left; `undefined`: nobody asked for it. */
  let left: Promise<void> | undefined;
  void succeeded.then(end);
  return {
    async open() {
      if (stateDirectory === undefined || isOpen) return;
      isOpen = true;
      try {
        opened = await openSuccession(calls, stateDirectory, {
          sockets,
          yielding: () => {
            left ??= leave();
            return left;
          },
          async retired() {
            await letGo();
            succeed({ kind: 'retired', abandoned: abandonedLater });
          },
          abandoned(hadRetired) {
            if (hadRetired) abandon();
            // Ours still have their pages until they have left, which those that come next want.
            else void left?.then(() => succeed({ kind: 'abandoned', sockets: sockets() }));
          },
          log,
        });
      } catch (error) {
        log(`[WARNING] No other agent could go on in the place of this one: ${reasonOf(error)}`);
      }
    },
    async pending() {
      return left === undefined ? undefined : succeeded;
    },
    close: () => opened?.close(),
  };
};
