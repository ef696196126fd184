import { spawnSync } from 'node:child_process';
import { muslResolver, muslTcpResolver } from '@nodelocal/scenarios';
import { burstsByServer } from './peer/compare.ts';
import { build, sourceOf } from './peer/real.ts';
import type { Situation } from './peer/situation.ts';
import { serversOf } from './peer/situation.ts';
import { COMMON, OPTIONS, situation } from './peer/situations.ts';
import { peerSuite } from './peer/suite.ts';

/** Where one of several servers fails, chance says what comes first: its failures, which use the retries up, or the answer of another. */
const isRacy = (situation: Situation): boolean =>
  serversOf(situation).length > 1 && situation.rules.some(({ does }) => does === 'servfail');

/** The version of the musl that musl-gcc links: its loader, run as a program, says it. */
const debianVersion = (): string | undefined => {
  const { stdout } = spawnSync('sh', ['-c', 'command -v musl-gcc && /lib/ld-musl-*.so.1 2>&1'], { encoding: 'utf8' });
  return /^Version (\S+)/m.exec(stdout)?.[1];
};

const SITUATIONS: readonly Situation[] = [
  ...[...COMMON, ...OPTIONS].filter((situation) => !isRacy(situation)),
  situation('server failures of the one server', '', [{ does: 'servfail' }]),
  situation('refusals of the one server', 'timeout:2', [{ does: 'refused' }]),
  situation('A does not exist, AAAA without addresses', '', [{ type: 'AAAA', does: 'nodata' }]),
  situation('AAAA does not exist, A without addresses', '', [{ type: 'A', does: 'nodata' }]),
  situation('three attempts in three seconds', 'timeout:3 attempts:3', [{ does: 'silent' }]),
  situation('no time at all', 'timeout:0', [{ does: 'silent' }]),
  situation('the defaults, and a silent server', 'timeout:5', [{ does: 'silent' }]),
  situation('the defaults, and a lost AAAA answer', 'timeout:5', [{ type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
  situation('a truncated A answer, and a lost AAAA answer', '', [{ transport: 'udp', type: 'A', does: 'truncated' }, { type: 'AAAA', does: 'silent' }, { does: 'answer' }]),
  situation('a truncated A answer, and silence by TCP', '', [{ transport: 'udp', type: 'A', does: 'truncated' }, { transport: 'tcp', does: 'silent' }, { does: 'answer' }]),
  situation('a truncated A answer, and a failure by TCP', '', [{ transport: 'udp', type: 'A', does: 'truncated' }, { transport: 'tcp', does: 'servfail' }, { type: 'AAAA', does: 'silent' }]),
];

const compiledBy = (compiler: string) => (folder: string): string =>
  build(`${compiler} -o ${folder}/lookup ${sourceOf('getaddrinfo.c')}`, `${folder}/lookup`);

peerSuite({
  who: 'musl',
  missing: debianVersion() === '1.2.3' ? undefined : 'musl-gcc for musl 1.2.3',
  resolver: muslResolver,
  command: compiledBy('musl-gcc'),
  normal: burstsByServer,
  situations: SITUATIONS,
});

/** Such as `zig cc -target x86_64-linux-musl`. */
const NEWER_COMPILER = process.env['NEWER_MUSL_CC'];

peerSuite({
  who: 'musl with TCP',
  missing: NEWER_COMPILER === undefined ? 'NEWER_MUSL_CC, a compiler for musl 1.2.4 or 1.2.5' : undefined,
  resolver: muslTcpResolver,
  command: compiledBy(NEWER_COMPILER ?? ''),
  normal: burstsByServer,
  situations: SITUATIONS,
});
