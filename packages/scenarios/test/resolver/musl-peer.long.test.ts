import { muslResolver } from '@nodelocal/scenarios';
import { burstsByServer } from './peer/compare.ts';
import { build, installed, sourceOf } from './peer/real.ts';
import type { Situation } from './peer/situation.ts';
import { serversOf } from './peer/situation.ts';
import { COMMON, OPTIONS, situation } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';

/** Where one of several servers fails, chance says what comes first: its failures, which use the retries up, or the answer of another. */
const isRacy = (situation: Situation): boolean =>
  serversOf(situation).length > 1 && situation.rules.some(({ does }) => does === 'servfail');

peerSuite({
  who: 'musl',
  missing: installed('musl-gcc') ? undefined : 'musl-gcc',
  resolver: muslResolver,
  command: (folder) => build(`musl-gcc -o ${folder}/lookup ${sourceOf('getaddrinfo.c')}`, `${folder}/lookup`),
  normal: burstsByServer,
  situations: [
    ...[...COMMON, ...OPTIONS].filter((situation) => !isRacy(situation)),
    situation('server failures of the one server', '', [{ does: 'servfail' }]),
    situation('refusals of the one server', 'timeout:2', [{ does: 'refused' }]),
    situation('A does not exist, AAAA without addresses', '', [{ type: 'AAAA', does: 'nodata' }]),
    situation('AAAA does not exist, A without addresses', '', [{ type: 'A', does: 'nodata' }]),
    situation('three attempts in three seconds', 'timeout:3 attempts:3', [{ does: 'silent' }]),
    situation('no time at all', 'timeout:0', [{ does: 'silent' }]),
    situation('the defaults, and a silent server', 'timeout:5', [{ does: 'silent' }]),
    situation('the defaults, and a lost AAAA answer', 'timeout:5', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
  ],
});
