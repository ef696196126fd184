import { fileURLToPath } from 'node:url';
import { nodeResolver } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';
import { byQuestion } from './peer/compare.ts';
import { askReal, namespaces } from './peer/real.ts';
import type { Asked, Situation } from './peer/situation.ts';
import { COMMON, OPTIONS, situation } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';

/** Another version waits and chooses otherwise. */
const MODELLED = /^1\.34\./;

/** The pauses are chance's: a part of each is drawn, and Node looks only once a second. Their limits are below. */
const withoutPauses = (asked: readonly Asked[]): readonly Asked[] => byQuestion(asked).map((query) => ({ ...query, atMs: 0 }));

/** Where both questions wait for servers in turn, chance says which of them counts a failure first, and so who is next. */
const isRacy = ({ resolvConf, rules }: Situation): boolean =>
  (resolvConf.match(/^nameserver/gm) ?? []).length > 1 && rules.some(({ does, server }) => does === 'silent' && server !== 1);

const missing = MODELLED.test(process.versions.ares) ? undefined : 'a Node with c-ares 1.34';
const command = `${process.execPath} ${fileURLToPath(new URL('peer/node-resolve.mjs', import.meta.url))}`;

peerSuite({
  who: 'c-ares in Node',
  missing,
  resolver: nodeResolver,
  command: () => command,
  normal: withoutPauses,
  situations: [
    ...[...COMMON, ...OPTIONS].filter((given) => !isRacy(given)),
    situation('a lost AAAA answer of one of two servers', '', [{ server: 1, type: 'AAAA', does: 'silent' }, { does: 'answer' }], { servers: 2 }),
    situation('an AAAA question that goes to TCP alone', '', [{ transport: 'udp', type: 'AAAA', does: 'truncated' }, { type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
    situation('silence by TCP of the one server', 'use-vc', [{ does: 'silent' }]),
    situation('truncated by TCP too', '', [{ does: 'truncated' }]),
  ],
});

const lacking = namespaces() ? missing : 'namespaces';

describe.skipIf(lacking !== undefined)(`the pauses of c-ares in Node${lacking === undefined ? '' : ` (skipped: needs ${lacking})`}`, () => {
  /** What is drawn of them, a second until Node looks, another where it looked just before, and a busy machine. */
  const MORE_MS = 2700;
  it('are at least the timeout and half of what would double each time', async () => {
    const asked = await askReal(situation('', '', [{ type: 'AAAA', does: 'silent' }]), command);
    const times = asked.filter(({ type }) => type === 'AAAA').map(({ atMs }) => atMs);
    const pauses = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(pauses).toHaveLength(3);
    for (const [index, least] of [1000, 1000, 2000].entries()) {
      expect(pauses[index]).toBeGreaterThan(least - 100);
      expect(pauses[index]).toBeLessThan(1000 * 2 ** index + MORE_MS);
    }
  });
});
