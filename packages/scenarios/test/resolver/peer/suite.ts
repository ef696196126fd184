import type { Progress, Resolver } from '@nodelocal/scenarios';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectAlike, isAlike } from './compare.ts';
import { askModel } from './model.ts';
import { askReal, namespaces, scratch } from './real.ts';
import type { Asked, Situation } from './situation.ts';

interface Peer<L extends Progress> {
  /** As the title has it. */
  readonly who: string;
  /** What is missing here; undefined where nothing is. */
  readonly missing: string | undefined;
  readonly resolver: Resolver<L>;
  /** Builds or finds the program that looks its argument up; the folder is removed afterwards. */
  readonly command: (folder: string) => string;
  readonly situations: readonly Situation[];
  /** Brings what chance decides into one order, on both sides. */
  readonly normal?: (asked: readonly Asked[]) => readonly Asked[];
}

/** So many at once: they mostly wait. */
const TOGETHER = 16;

/** Each situation for the real resolver and for the model. All real ones run before the first test looks. */
export const peerSuite = <L extends Progress>({ who, missing, resolver, command, situations, normal = (asked) => asked }: Peer<L>): void => {
  const lacking = namespaces() ? missing : 'namespaces';
  describe.skipIf(lacking !== undefined)(`${who} itself${lacking === undefined ? '' : ` (skipped: needs ${lacking})`}`, () => {
    const real = new Map<string, readonly Asked[]>();
    const { folder, remove } = scratch();
    let program = '';
    beforeAll(async () => {
      program = command(folder);
      const waiting = [...situations];
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) real.set(next.what, await askReal(next, program));
      };
      await Promise.all(Array.from({ length: TOGETHER }, work));
    });
    afterAll(remove);
    it.concurrent.each(situations)('asks as the model does: $what', async (situation) => {
      const model = normal(askModel(resolver, situation).asked);
      const together = normal(real.get(situation.what) ?? []);
      // Among so many a pause may come out wrong: what differs is asked once more, among few.
      expectAlike(model, isAlike(model, together) ? together : normal(await askReal(situation, program)));
    });
  });
};
