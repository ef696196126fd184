import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedPath } from '../support/shared.ts';
import { hasNsd, nsdNote, startNsd } from '../support/nsd.ts';
import { freePort } from '../support/loopback.ts';
import { startServer } from '../support/field.ts';
import { read, World } from '../support/world.ts';
import { readRecordText } from '../../src/message/presentation/record.ts';
import { buildMessage } from '../../src/message/build.ts';
import { readQuery } from '../../src/message/query.ts';

const DIG = 'dig';
const CASE = 'field-cases/dns/truncation';
const KINDS = 'coredns-cases/kinds.jsonl';

const note = hasShared(CASE) ? nsdNote : ' (skipped: the field cases are not here)';

describe.skipIf(!hasNsd || !hasShared(CASE))(`field case truncation${note}`, () => {
  it('tells a stub that knows no TCP as many addresses as fit, again and again', async () => {
    const zone = { name: 'svc.test', text: readFileSync(sharedPath(`${CASE}/svc.zone`), 'utf8') };
    const nsd = await startNsd([zone]);
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'dns-cache-field-'));
    const corefile = readFileSync(sharedPath(`${CASE}/Corefile`), 'utf8');
    writeFileSync(join(folder, 'Corefile'), corefile.replace('15601', String(nsd.port)).replace('15353', String(port)));
    const server = await startServer(join(folder, 'Corefile'), { port, probe: 'svc.test' });
    const dig = (...words: readonly string[]): string =>
      execFileSync(DIG, ['@127.0.0.1', '-p', String(port), 'pods.svc.test', 'A', ...words], { encoding: 'utf8' });
    const addresses = (text: string): readonly string[] => [...text.matchAll(/\sA\s+(10\.0\.0\.\d+)$/gm)].map(([, one = '']) => one);
    try {
      expect(addresses(dig('+tcp', '+noedns'))).toHaveLength(40);
      for (let time = 0; time < 2; time += 1) {
        const cut = dig('+noedns', '+ignore');
        expect(cut).toMatch(/flags: qr( aa)? tc rd/);
        // Header and question have 31 octets, each address 16.
        expect(addresses(cut)).toHaveLength(30);
      }
      expect(addresses(dig('+bufsize=1232', '+ignore'))).toHaveLength(40);
      // SRV names are not compressed, so that fewer fit.
      expect(dig('+noedns', '+ignore', '-q', '_p._tcp.svc.test', '-t', 'SRV')).toMatch(/\sSRV\s+0 0 80 pod-/);
    } finally {
      await server.stop();
      await nsd.stop();
    }
  });
});

interface Recorded {
  readonly id: string;
  readonly case: {
    readonly corefile: string;
    readonly upstreams: { readonly up1: Readonly<Record<string, readonly { readonly answer: readonly string[] }[]>> };
    readonly steps: readonly { readonly query?: { readonly name: string; readonly type: string; readonly edns?: { readonly size: number } } & { readonly proto?: string } }[];
  };
  readonly seen: { readonly steps: readonly { readonly answer?: { readonly flags: string; readonly answer: readonly string[] } }[] };
}

const recorded = (id: string): Recorded => {
  const lines = readFileSync(sharedPath(KINDS), 'utf8').split('\n').filter((line) => line !== '');
  const found = lines.map((line) => JSON.parse(line) as Recorded).find((kind) => kind.id === id);
  if (found === undefined) throw new Error(`no kind ${id}`);
  return found;
};

describe.skipIf(!hasShared(KINDS))(`as CoreDNS cuts${hasShared(KINDS) ? '' : ' (skipped: the recorded cases are not here)'}`, () => {
  it.each(['truncated-partial', 'log-tc'])('%s', (id) => {
    const { case: told, seen } = recorded(id);
    const corefile = told.corefile.replace('{port}', '53').replace('{metrics}', '127.0.0.1:9153').replace('{up1}', '192.0.2.53');
    const world = new World({ corefile });
    const [script] = Object.values(told.upstreams.up1);
    let compared = 0;
    for (const [at, { query }] of told.steps.entries()) {
      const expected = seen.steps[at]?.answer;
      if (query === undefined || expected === undefined) continue;
      const edns = query.edns === undefined ? {} : { edns: { udpPayloadSize: query.edns.size } };
      const before = world.asks.length;
      const number = world.send(encodeQuery({ id: 1, name: query.name, type: query.type, ...edns }), {
        transport: query.proto === 'tcp' ? 'tcp' : 'udp',
        local: '127.0.0.1',
      });
      if (world.asks.length > before) {
        const asked = readQuery(world.lastAsk.message);
        if (asked.kind !== 'query') throw new Error('asked in broken words');
        const records = (script?.[0]?.answer ?? []).map((line) => {
          const record = readRecordText(line.replace('@', query.name));
          if ('kind' in record) throw new Error(record.reason);
          return { ...record, section: 'answer' as const };
        });
        const { question, header } = asked.query;
        world.reply(buildMessage({ id: header.id, flags: { response: true, recursionDesired: true, recursionAvailable: true }, question, records }));
      }
      const answer = read(world.rawAnswer(number) ?? new Uint8Array());
      expect([answer.truncated, answer.answers.length]).toEqual([expected.flags.includes('tc'), expected.answer.length]);
      compared += 1;
    }
    expect(compared).toBe(3);
  });
});
