import { goResolver } from '@nodelocal/scenarios';
import { byQuestion } from './peer/compare.ts';
import { build, installed, sourceOf } from './peer/real.ts';
import { COMMON, OPTIONS, situation } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';

const GO = ['go', '/usr/local/go/bin/go'].find(installed);

peerSuite({
  who: 'Go',
  missing: GO === undefined ? 'go' : undefined,
  resolver: goResolver,
  command: (folder) => build(`cp ${sourceOf('lookup.go')} ${folder} && cd ${folder} && CGO_ENABLED=0 ${GO} build -o lookup lookup.go`, `${folder}/lookup`),
  normal: byQuestion,
  situations: [
    ...COMMON,
    ...OPTIONS,
    situation('rotate, and one question after the other', 'rotate single-request', [], { servers: 3 }),
    situation('the defaults, and a lost AAAA answer', 'timeout:5', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
  ],
});
