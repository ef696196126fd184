import { execSync, spawnSync } from 'node:child_process';
import { caresResolver } from '@nodelocal/scenarios';
import { byQuestion } from './peer/compare.ts';
import { build, installed, sourceOf } from './peer/real.ts';
import type { Situation } from './peer/situation.ts';
import { COMMON, listensEverywhere, OPTIONS, situation } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';

/** Debian's is the one that is modelled; another version waits and chooses otherwise. */
const hasModelled = (): boolean =>
  installed('gcc') &&
  spawnSync('sh', ['-c', 'echo "#include <ares.h>" | gcc -E -x c - > /dev/null']).status === 0 &&
  execSync('printf "#include <ares_version.h>\\nARES_VERSION_STR\\n" | gcc -E -x c -', { encoding: 'utf8' }).includes('"1.18.1"');

/** c-ares has other words for the two numbers. */
const inItsWords = (given: Situation): Situation => ({
  ...given,
  resolvConf: given.resolvConf.replace(/timeout:(\d+)/, 'retrans:$1000 retry:2'),
});

peerSuite({
  who: 'c-ares',
  missing: hasModelled() ? undefined : 'gcc and c-ares 1.18.1',
  resolver: caresResolver,
  command: (folder) => build(`gcc -o ${folder}/lookup ${sourceOf('cares.c')} -lcares`, `${folder}/lookup`),
  normal: byQuestion,
  situations: [
    ...[...COMMON, ...OPTIONS].filter(listensEverywhere).map(inItsWords),
    inItsWords(situation('rotate', 'rotate', [], { servers: 3 })),
    inItsWords(situation('rotate, and three silent servers', 'rotate', [{ does: 'silent' }], { servers: 3 })),
    inItsWords(situation('a silent, a failing and a silent server', '', [{ server: 2, does: 'servfail' }, { does: 'silent' }], { servers: 3 })),
    inItsWords(situation('a silent and a failing server', '', [{ server: 1, does: 'silent' }, { does: 'servfail' }], { servers: 2 })),
    inItsWords(situation('truncated by TCP too', '', [{ does: 'truncated' }])),
    situation('the defaults', 'timeout:1', [{ does: 'silent' }], { withinMs: 17_000 }),
  ],
});
