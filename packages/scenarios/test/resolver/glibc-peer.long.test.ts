import { glibcResolver } from '@nodelocal/scenarios';
import { installed } from './peer/real.ts';
import { COMMON, OPTIONS, situation } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';
import type { Asked } from './peer/situation.ts';

/** Where `rotate` begins is chance: servers count from the first one asked. */
const fromTheFirst = (servers: number) => (asked: readonly Asked[]): readonly Asked[] => {
  const start = asked[0]?.server ?? 1;
  return asked.map((query) => ({ ...query, server: (query.server - start + servers) % servers }));
};

peerSuite({
  who: 'glibc',
  missing: installed('getent') ? undefined : 'getent',
  resolver: glibcResolver,
  command: () => 'getent ahosts',
  situations: [
    ...COMMON,
    ...OPTIONS,
    situation('no-aaaa', 'no-aaaa', [{ name: 'w.b.test.', does: 'answer' }]),
    situation('no-aaaa and a silent server', 'no-aaaa', [{ does: 'silent' }], { servers: 2, withinMs: 9000 }),
    situation('use-vc and server failures for AAAA', 'use-vc', [{ type: 'AAAA', does: 'servfail' }], { servers: 2 }),
    situation('the defaults, and a silent server', 'timeout:5', [{ does: 'silent' }], { name: 'w.' }),
    situation('the defaults, and a lost AAAA answer', 'timeout:5', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
    situation('three servers and five seconds', 'timeout:5 attempts:1', [{ does: 'silent' }], { name: 'w.', servers: 3 }),
  ],
});

peerSuite({
  who: 'glibc with rotate',
  missing: installed('getent') ? undefined : 'getent',
  resolver: glibcResolver,
  command: () => 'getent ahosts',
  normal: fromTheFirst(3),
  situations: [
    situation('three names', 'rotate', [], { servers: 3 }),
    situation('no server says anything, one attempt each', 'rotate attempts:1', [{ does: 'silent' }], { servers: 3, name: 'w.' }),
  ],
});
