import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, installed, namespaces, scratch, sourceOf } from './peer/real.ts';
import { NAMES, OUTSIDE, templates } from './peer/search-list.ts';

/*
 * Real resolvers in a pod's place ask a real node's cache with `search`, and one without: they have to come to the same.
 */

const SERVER = fileURLToPath(new URL('../../../dns-cache/dist/cli/main.js', import.meta.url));
const GO = ['go', '/usr/local/go/bin/go'].find(installed);

const RESOLV_CONF = `search shop.svc.cluster.local svc.cluster.local cluster.local corp.example
nameserver 127.0.0.1
options ndots:5 timeout:2 attempts:1
`;

const UPSTREAM = `.:53 {
  bind 127.0.0.2
${templates().join('\n')}
}
`;

/** @param more directives of the block for the cluster */
const node = (more: string): string => `cluster.local:53 {
  bind 127.0.0.1
${more}  cache
  forward . 127.0.0.2
}
.:53 {
  bind 127.0.0.1
  cache
  forward . 127.0.0.2
}
`;

const SEARCH = '  search cluster.local corp.example\n';

interface Looked {
  /** The addresses, sorted, and how the program ended; by name. */
  readonly results: Readonly<Record<string, string>>;
  /** How many questions each lookup cost. */
  readonly questions: Readonly<Record<string, number>>;
}

/** All names, one after the other, by a program that prints addresses, with the node's cache and the network in a namespace of their own. */
const lookUpAll = async (program: string, search: string): Promise<Looked> => {
  const { folder, remove } = scratch();
  const files = { 'resolv.conf': RESOLV_CONF, 'nsswitch.conf': 'hosts: dns\n', upstream: UPSTREAM, node: node(search), names: `${NAMES.join('\n')}\n` };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const script = `
    ip link set lo up
    mount --bind ${folder}/resolv.conf /etc/resolv.conf
    mount --bind ${folder}/nsswitch.conf /etc/nsswitch.conf
    ${process.execPath} ${SERVER} serve -conf ${folder}/upstream > ${folder}/upstream.log 2>&1 & upstream=$!
    ${process.execPath} ${SERVER} serve -conf ${folder}/node -control ${folder}/control > ${folder}/node.log 2>&1 & node=$!
    until grep -q ^linux/ ${folder}/upstream.log && grep -q ^linux/ ${folder}/node.log; do sleep 0.05; done
    ${process.execPath} ${SERVER} tail -control ${folder}/control -json > ${folder}/tail & tail=$!
    until grep -q watched ${folder}/tail; do timeout 5 ${program} watched. > /dev/null; sleep 0.1; done
    while read name; do
      timeout 5 ${program} next-\${name%.}. > /dev/null
      timeout 20 ${program} $name > ${folder}/out
      echo "$name $? $(sort -u ${folder}/out | tr '\\n' ' ')"
    done < ${folder}/names
    sleep 0.5
    kill -INT $tail
    kill $upstream $node`;
  try {
    const { stdout } = await promisify(execFile)('unshare', ['-nm', 'sh', '-c', script], { encoding: 'utf8' });
    const rows = stdout.trim().split('\n').map((line) => line.split(' '));
    const results = Object.fromEntries(rows.map(([name = '', ...found]) => [name, found.join(' ').trim()]));
    const questions: Record<string, number> = {};
    let looked = '';
    const told = readFileSync(join(folder, 'tail'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { readonly name: string; readonly unixMs: number });
    for (const { name } of told.toSorted((one, other) => one.unixMs - other.unixMs)) {
      // A name of no meaning is asked for before each lookup.
      if (name.startsWith('next-')) looked = name.slice('next-'.length).replace(/\.$/, '');
      else if (looked !== '') questions[looked] = (questions[looked] ?? 0) + 1;
    }
    return { results, questions };
  } finally {
    remove();
  }
};

interface Peer {
  readonly who: string;
  readonly missing: string | undefined;
  readonly command: (folder: string) => string;
  /** More lines for the node's cache. */
  readonly lines?: string;
}

const hasCares = (): boolean => installed('gcc') && spawnSync('sh', ['-c', 'echo "#include <ares.h>" | gcc -E -x c - > /dev/null 2>&1']).status === 0;

const GLIBC: Peer = {
  who: 'glibc',
  missing: installed('gcc') ? undefined : 'gcc',
  command: (folder) => build(`gcc -o ${folder}/glibc ${sourceOf('getaddrinfo.c')}`, `${folder}/glibc`),
};

const PEERS: readonly Peer[] = [
  GLIBC,
  // Where there can be two, each has its part of the names, and a resolver's questions come to both.
  { ...GLIBC, who: 'glibc, of a server of two threads', lines: '  multisocket 2\n' },
  { who: 'musl', missing: installed('musl-gcc') ? undefined : 'musl-gcc', command: (folder) => build(`musl-gcc -static -o ${folder}/musl ${sourceOf('getaddrinfo.c')}`, `${folder}/musl`) },
  {
    who: 'Go',
    missing: GO === undefined ? 'go' : undefined,
    command: (folder) => build(`cp ${sourceOf('lookup.go')} ${folder} && cd ${folder} && CGO_ENABLED=0 ${GO} build -o go lookup.go`, `${folder}/go`),
  },
  { who: 'c-ares', missing: hasCares() ? undefined : 'gcc and c-ares', command: (folder) => build(`gcc -o ${folder}/cares ${sourceOf('cares.c')} -lcares`, `${folder}/cares`) },
];

describe.each(PEERS)('lookups by $who', ({ who, missing, command, lines = '' }) => {
  const lacking = namespaces() ? missing : 'namespaces';
  const { folder, remove } = scratch();
  let plain: Looked = { results: {}, questions: {} };
  let searched: Looked = plain;
  beforeAll(async () => {
    if (lacking !== undefined) return;
    const program = command(folder);
    [plain, searched] = await Promise.all([lookUpAll(program, lines), lookUpAll(program, `${lines}${SEARCH}`)]);
  }, 180_000);
  afterAll(remove);

  it.skipIf(lacking !== undefined)(`come to the same with search as without${lacking === undefined ? '' : ` (skipped: ${who} needs ${lacking})`}`, () => {
    expect(Object.keys(plain.results)).toHaveLength(NAMES.length);
    expect(searched.results).toEqual(plain.results);
    // A server that found nothing at all would be the same too.
    expect(Object.values(plain.results).filter((result) => result.startsWith('0 ')).length).toBeGreaterThan(NAMES.length / 3);
  });

  it.skipIf(lacking !== undefined)(`and cost two questions outside the cluster, in place of ten${lacking === undefined ? '' : ` (skipped: ${who} needs ${lacking})`}`, () => {
    const costs = ({ questions }: Looked): readonly number[] => OUTSIDE.map((name) => questions[name] ?? 0);
    expect(Object.fromEntries(OUTSIDE.map((name, index) => [name, costs(searched)[index]]))).toEqual(Object.fromEntries(OUTSIDE.map((name) => [name, 2])));
    expect(Math.min(...costs(plain))).toBeGreaterThanOrEqual(8);
  });
});
