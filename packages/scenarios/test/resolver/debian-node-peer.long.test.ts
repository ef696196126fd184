import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { debianNodeResolver } from '@nodelocal/scenarios';
import { byQuestion } from './peer/compare.ts';
import type { Situation } from './peer/situation.ts';
import { COMMON, listensEverywhere, OPTIONS, situation } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';

/** Debian's Node may stand beside another one. */
const DEBIAN_NODE = process.env['DEBIAN_NODE'] ?? 'node';

const hasModelled = (): boolean => {
  const { stdout } = spawnSync(DEBIAN_NODE, ['-p', 'process.versions.ares'], { encoding: 'utf8' });
  return stdout?.trim() === '1.18.1';
};

/** Node looks once a second, and no timeout shall end just then. It is stopped in a pause after the second or third round. */
const betweenTicks = (given: Situation): Situation => ({
  ...given,
  resolvConf: given.resolvConf.replace(/timeout:\d+/, 'retrans:700'),
  withinMs: 8500,
});

peerSuite({
  who: "c-ares in Debian's Node",
  missing: hasModelled() ? undefined : 'DEBIAN_NODE, a Node with c-ares 1.18.1',
  resolver: debianNodeResolver,
  command: () => `${DEBIAN_NODE} ${fileURLToPath(new URL('peer/node-resolve.mjs', import.meta.url))}`,
  normal: byQuestion,
  situations: [
    ...[...COMMON, ...OPTIONS].filter(listensEverywhere),
    situation('rotate', 'rotate', [], { servers: 3 }),
    situation('rotate, and three silent servers', 'rotate', [{ does: 'silent' }], { servers: 3 }),
  ].map(betweenTicks),
});
