import { goResolver } from '@nodelocal/scenarios';
import { byQuestion } from './peer/compare.ts';
import { build, installed, sourceOf } from './peer/real.ts';
import { COMMON, OPTIONS } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';

/** Debian's may stand beside another one: the package golang-1.19-go alone puts it here. */
const GO = '/usr/lib/go-1.19/bin/go';

peerSuite({
  who: 'Go of Debian 12',
  missing: installed(GO) ? undefined : 'golang-1.19-go',
  resolver: goResolver,
  command: (folder) => build(`cp ${sourceOf('lookup.go')} ${folder} && cd ${folder} && CGO_ENABLED=0 ${GO} build -o lookup lookup.go`, `${folder}/lookup`),
  normal: byQuestion,
  // It does not know `trust-ad` yet.
  situations: [...COMMON, ...OPTIONS].filter(({ what }) => what !== 'trust-ad'),
});
