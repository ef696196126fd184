import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIFFERENCES } from '../../src/node/differences.ts';
import { FlagError } from '../../src/node/flags/flag-error.ts';
import type { NodeCommand, NodeFlags } from '../../src/node/flags/node-flags.ts';
import { readNodeFlags } from '../../src/node/flags/node-flags.ts';
import type { DirectoryContents } from '../../src/node/template/contents.ts';
import type { NodeFacts } from '../../src/node/template/render.ts';
import type { Sources, SyncState } from '../../src/node/template/sync.ts';
import { INITIAL_SYNC, syncCorefile } from '../../src/node/template/sync.ts';
import { findUpstreamService } from '../../src/node/template/upstream-service.ts';
import type { NodeCacheCase } from '../support/nodecache-cases.ts';
import { casesNote, casesOf } from '../support/nodecache-cases.ts';

/** Cases that show something else than what the pure rooms do; what is left of each is in the test that is named. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  c32: 'symlinks of kubelet: files/read-directory.test.ts',
  c44: 'a hand writes the Corefile: template/sync.test.ts',
  c49: 'the Corefile is a mount point: files/write-corefile.test.ts',
  f54: 'no directory for the Corefile: files/write-corefile.test.ts',
  f55: 'a directory instead of the Corefile: files/write-corefile.test.ts',
};

/** Cases in which another Corefile comes out, or none; the rows of `differences.ts` say why. All others come out alike. */
const DIFFERING: ReadonlySet<string> = new Set([
  'm03', 'm07', 'm11', 'f01', 'f03', 'f04', 'f05', 'f07', 'f10', 'f11', 'f13', 'f14', 'f15', 'f19', 'f27', 'f30', 'f35', 'f36', 'f44', 'f45',
  'f46', 'f47', 'f52', 'f57', 'f63', 'f65', 'f68', 'c12', 'c28', 'c30', 'c46', 'd09', 'd11', 'd12',
]);

/** A Corefile after the start and after each step that changed a file, `undefined` where there is none. */
type Corefiles = readonly (string | undefined)[];

type Files = ReadonlyMap<string, string>;

const directoryOf = (files: Files, path: string): DirectoryContents => {
  const inside = [...files].filter(([file]) => posix.dirname(file) === path);
  if (inside.length === 0) return { kind: 'absent' };
  return { kind: 'files', files: new Map(inside.map(([file, text]) => [posix.basename(file), { kind: 'text', text }])) };
};

const factsOf = (flags: NodeFlags, env: Readonly<Record<string, string>>): NodeFacts => ({
  localAddresses: flags.localAddresses,
  upstreamService: findUpstreamService(flags.upstreamService, env),
  prometheusAddress: flags.prometheusAddress,
  dnsPort: flags.dnsPort,
  reading: { file: flags.template },
});

/** What a step does to files, if anything. */
const after = (step: NodeCacheCase['steps'][number], files: Files): Files | undefined => {
  const [, written] = /^write (\S+)$/.exec(step.do) ?? [];
  if (written !== undefined) return new Map([...files, [written, step.text ?? '']]);
  const [, removed] = /^shell rm (\S+)$/.exec(step.do) ?? [];
  return removed === undefined ? undefined : new Map([...files].filter(([path]) => path !== removed));
};

/** node-cache looks every 10 s: what changes twice within these is seen once. */
const looksIn = (step: NodeCacheCase['steps'][number]): boolean => /^(?:start|wait-\w+ \d+|wait \d{5,})\b/.test(step.do);

/** What was there at a look at the files: these, and the Corefile that came of them. */
interface Look {
  readonly files: Files;
  readonly corefile: string | undefined;
}

const looksOf = (recorded: NodeCacheCase): readonly Look[] => {
  const looks: Look[] = [];
  let files: Files = new Map(Object.entries(recorded.files));
  let corefile = files.get('/etc/Corefile');
  let looked = false;
  for (const step of recorded.steps) {
    const next = after(step, files);
    if (next !== undefined && looked) looks.push({ files, corefile });
    looked = next === undefined && (looked || looksIn(step));
    files = next ?? files;
    if (step.seen.corefile !== undefined) corefile = step.seen.corefile ?? undefined;
  }
  return [...looks, { files, corefile }];
};

/** The recorder reads lines, and so loses the ends of DOS. */
const asRecorded = (text: string): string => text.replaceAll('\r\n', '\n');

const rendered = (recorded: NodeCacheCase, flags: NodeFlags): Corefiles => {
  const facts = factsOf(flags, recorded.env);
  let state: SyncState = INITIAL_SYNC;
  let corefile = recorded.files[flags.corefile];
  return looksOf(recorded).map(({ files }) => {
    const sources: Sources = {
      template: directoryOf(files, posix.dirname(flags.template)),
      kubeDns: directoryOf(files, flags.kubeDnsDirectory),
    };
    const synced = syncCorefile(state, sources, posix.basename(flags.template), facts);
    ({ state } = synced);
    if (synced.outcome.kind === 'rendered') corefile = asRecorded(synced.outcome.corefile);
    return corefile;
  });
};

const commandOf = (recorded: NodeCacheCase): NodeCommand | FlagError => {
  try {
    return readNodeFlags(recorded.args);
  } catch (error) {
    if (error instanceof FlagError) return error;
    throw error;
  }
};

/** What came of the start: a Corefile, or none and why. */
const ours = (recorded: NodeCacheCase): Corefiles | string => {
  const command = commandOf(recorded);
  if (command instanceof FlagError) return 'refused';
  return command.kind === 'run' ? rendered(recorded, command.flags) : command.kind;
};

/** Go's flag package ends with 2 before anything is written. */
const theirs = (recorded: NodeCacheCase): Corefiles | string => {
  const exits = recorded.steps.flatMap(({ seen }) => seen.exit ?? []);
  const corefiles = looksOf(recorded).map(({ corefile }) => corefile);
  return exits[0] === 2 && corefiles.every((corefile) => corefile === undefined) ? 'refused' : corefiles;
};

const rowsOf = (id: string): readonly string[] => DIFFERENCES.filter(({ cases }) => cases.includes(id)).map((row) => row.id);

const cases = casesOf('1-manifest', '2-flags', '5-config');
const here = cases.filter(({ id }) => ELSEWHERE[id] === undefined);

describe(`recorded cases of node-cache${casesNote}`, () => {
  it.each(here.map((recorded) => [recorded.id, recorded.what, recorded] as const))('%s: %s', (id, _, recorded) => {
    const [own, other] = [ours(recorded), theirs(recorded)];
    if (DIFFERING.has(id)) {
      expect(own).not.toEqual(other);
      expect(rowsOf(id)).not.toEqual([]);
    } else expect(own).toEqual(other);
  });

  it.runIf(cases.length > 0)(`are all there that other tests are left with, or that come out otherwise${casesNote}`, () => {
    const ids = new Set(cases.map(({ id }) => id));
    expect([...Object.keys(ELSEWHERE), ...DIFFERING].filter((id) => !ids.has(id))).toEqual([]);
  });

  it.runIf(cases.length > 0)(`with stub domains in another order have the same blocks${casesNote}`, () => {
    const sorted = (corefiles: Corefiles | string) =>
      typeof corefiles === 'string' ? corefiles : corefiles.map((text) => (text ?? '').split('\n\n').map((block) => block.trim()).sort());
    for (const recorded of cases.filter(({ id }) => rowsOf(id).includes('N16'))) expect(sorted(ours(recorded))).toEqual(sorted(theirs(recorded)));
  });
});
