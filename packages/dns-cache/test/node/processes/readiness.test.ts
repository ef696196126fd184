import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createReadiness } from '../../../src/node/processes/readiness.ts';

it('asks once at a time and once a second, however many look, and anew after what it is told', async () => {
  let asked = 0;
  let underWay = 0;
  const podAsker = {
    async ask() {
      asked += 1;
      underWay += 1;
      expect(underWay).toBe(1);
      await sleep(20);
      underWay -= 1;
      return { kind: 'asked', addresses: [] } as const;
    },
    end: () => undefined,
  };
  const readiness = createReadiness({ addresses: [], dnsPort: 53, podAsker });
  const [first, second] = await Promise.all([readiness.page(), readiness.page()]);
  expect(second).toBe(first);
  expect(await readiness.page()).toBe(first);
  expect([asked, first?.status]).toEqual([1, 503]);
  // What is heard while it asks counts already.
  readiness.keep({ link: { kind: 'in-place' }, rules: { kind: 'not-there' } });
  const third = readiness.page();
  readiness.keep({ link: { kind: 'in-place' }, rules: { kind: 'failed', reason: 'no' } });
  expect(await third).toMatchObject({ body: expect.stringContaining('rules: not known to be in place: no') });
  expect(asked).toBe(2);
});
