import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeResponse, readMessage } from '@nodelocal/dns-cache';
import { readResolvConf, startLookup, stepLookup } from '@nodelocal/scenarios';
import { describe, expect, it } from 'vitest';

/** The real resolver, in a network and mount namespace of its own. */
const possible =
  process.getuid?.() === 0 && existsSync('/usr/bin/getent') && spawnSync('unshare', ['-nm', 'true']).status === 0;

const SERVER = fileURLToPath(new URL('record-server.mjs', import.meta.url));
const LIBRARY = fileURLToPath(new URL('../../../dns-cache/dist/index.js', import.meta.url));

interface Asked {
  readonly name: string;
  readonly type: string;
  readonly port: number;
  readonly atMs: number;
}

/** What glibc asks for while `getent ahosts` looks a name up. */
const askGlibc = (resolvConf: string, mode: string, name: string): readonly Asked[] => {
  const folder = mkdtempSync(join(tmpdir(), 'resolver-'));
  writeFileSync(join(folder, 'resolv.conf'), resolvConf);
  writeFileSync(join(folder, 'nsswitch.conf'), 'hosts: dns\n');
  const script = `
    ip link set lo up
    mount --bind ${folder}/resolv.conf /etc/resolv.conf
    mount --bind ${folder}/nsswitch.conf /etc/nsswitch.conf
    ${process.execPath} ${SERVER} ${LIBRARY} ${mode} > ${folder}/asked &
    until grep -q ready ${folder}/asked; do sleep 0.05; done
    timeout 30 getent ahosts ${name} > /dev/null
    kill $!
    cat ${folder}/asked`;
  try {
    const lines = execFileSync('unshare', ['-nm', 'sh', '-c', script], { encoding: 'utf8' }).split('\n');
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Asked);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** What the modelled resolver asks for, against the same server. */
const askModel = (resolvConf: string, mode: string, name: string): readonly Asked[] => {
  const asked: Asked[] = [];
  let drawn = 0;
  const draw = (below: number): number => (drawn += 7919) % below;
  let nowMs = 0;
  let step = startLookup(name, readResolvConf(resolvConf), nowMs, draw);
  while (step.lookup.result === undefined) {
    const replies = step.send.flatMap(({ port, message }) => {
      const query = readMessage(message);
      if (query.kind !== 'message' || query.question === undefined) throw new TypeError('not a query');
      const { id, question } = query;
      asked.push({ name: question.name, type: question.type, port, atMs: nowMs });
      if (mode === 'silent') return [];
      const found = question.name === mode && question.type === 'A';
      const data = { kind: 'address', address: '192.0.2.1' } as const;
      const rcode = mode === 'servfail' ? 'SERVFAIL' : mode === 'refused' ? 'REFUSED' : question.name === mode ? 'NOERROR' : 'NXDOMAIN';
      const answers = found ? [{ name: mode, type: 'A', ttlSeconds: 5, data }] : [];
      return [{ port, message: encodeResponse({ id, question, rcode, answers }) }];
    });
    if (replies.length === 0) {
      nowMs = step.lookup.deadlineMs;
      step = stepLookup(step.lookup, { kind: 'timeout' }, nowMs, draw);
    }
    for (const reply of replies) step = stepLookup(step.lookup, { kind: 'datagram', ...reply }, nowMs, draw);
  }
  return asked;
};

/** Ports by the order in which they appear. */
const shape = (asked: readonly Asked[]): readonly string[] => {
  const ports = [...new Set(asked.map(({ port }) => port))];
  return asked.map(({ name, type, port }) => `socket ${ports.indexOf(port)}: ${type} ${name}`);
};

/** How long after the one before each was asked, in milliseconds. */
const pauses = (asked: readonly Asked[]): readonly number[] => asked.map(({ atMs }, index) => atMs - (asked[index - 1]?.atMs ?? atMs));

/** The recorder and glibc read different clocks, and round. */
const EARLY_MS = 200;

/** So long this machine may stand still. */
const LATE_MS = 4000;

const SEARCH = 'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 127.0.0.1\n';

describe.skipIf(!possible)('glibc itself (skipped where no namespace can be made)', () => {
  it.each([
    ['the first name of the search list', 'options ndots:5', 'kubernetes.default.default.svc.cluster.local.', 'kubernetes.default'],
    ['the second name of the search list', 'options ndots:5', 'kubernetes.default.svc.cluster.local.', 'kubernetes.default'],
    ['no name at all', 'options ndots:5', 'nxdomain', 'kubernetes.default'],
    ['the name as it is, first', 'options ndots:1', 'www.example.org.', 'www.example.org'],
    ['the name as it is, last', 'options ndots:5', 'www.example.org.', 'www.example.org'],
    ['nothing, from a silent server', 'options ndots:5 timeout:1 attempts:2', 'silent', 'kubernetes.default'],
    ['only failures', 'options ndots:5 timeout:1 attempts:2', 'servfail', 'kubernetes.default'],
    ['only refusals', 'options ndots:5 timeout:1 attempts:2', 'refused', 'kubernetes.default'],
  ])('finds %s and asks as the model does', (_what, options, mode, name) => {
    const resolvConf = `${SEARCH}${options}\n`;
    const [model, glibc] = [askModel(resolvConf, mode, name), askGlibc(resolvConf, mode, name)];
    expect(shape(model)).toEqual(shape(glibc));
    for (const [index, ms] of pauses(model).entries()) {
      expect(pauses(glibc)[index]).toBeGreaterThan(ms - EARLY_MS);
      expect(pauses(glibc)[index]).toBeLessThan(ms + LATE_MS);
    }
  });
});
