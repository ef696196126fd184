import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeQuery } from '@nodelocal/dns-cache';
import { until } from '../faults/support/server.ts';
import { askUdp, freePort } from '../support/loopback.ts';
import { installed } from '../support/nsd.ts';
import { run, stop } from '../support/running.ts';

/** Debian's reader of Frame Streams, and its printer of dnstap. */
const CAPTURE = 'fstrm_capture';
const PRINTER = 'dnstap-ldns';

const isThere = installed(CAPTURE) && installed(PRINTER);
const note = isThere ? '' : ' (skipped: apt-get install fstrm-bin dnstap-ldns)';

describe.skipIf(!isThere)(`what others read of dnstap${note}`, () => {
  /** Messages are in order from each thread, of which a name has one; what two send in the same moment comes in any order. */
  it.each([1, 2])('are the same messages of a name in the same order as of CoreDNS, from %d threads', async (threads) => {
    const folder = mkdtempSync(join(tmpdir(), 'dns-cache-fstrm-'));
    const [socket, output, corefile] = [join(folder, 'sock'), join(folder, 'out'), join(folder, 'Corefile')];
    const [port, upstream] = [await freePort(), await freePort()];
    writeFileSync(
      corefile,
      `.:${port} {\n bind 127.0.0.1\n multisocket ${threads}\n metadata\n dnstap ${socket} full {\n identity me\n version v1\n extra "up={/forward/upstream}"\n }\n cache\n forward . 127.0.0.1:${upstream}\n}
.:${upstream} {\n bind 127.0.0.1\n hosts {\n 10.0.0.1 a.test\n }\n}`,
    );
    const capture = spawn(CAPTURE, ['-t', 'protobuf:dnstap.Dnstap', '-u', socket, '-w', output], { stdio: 'ignore' });
    await until(() => existsSync(socket));
    const server = run(corefile);
    await server.until(/^linux\//);
    const ask = (name: string): Promise<Uint8Array> => askUdp(port, encodeQuery({ id: 7, name, type: 'A' }));
    for (const name of ['a.test', 'a.test', 'b.test']) await ask(name);
    expect(await stop(server)).toBe(0);
    capture.kill('SIGTERM');
    await once(capture, 'exit');
    const printed = execFileSync(PRINTER, ['-r', output], { encoding: 'utf8' });
    const yaml = execFileSync(PRINTER, ['-y', '-r', output], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const lines = printed.trim().split('\n').map((line) => line.replace(/^\S+ \S+ /, '').replace(/ \d+b /, ' '));
    const of = (name: string): readonly string[] => lines.filter((line) => line.includes(`"${name}."`)).map((line) => line.replace(` 127.0.0.1 UDP "${name}." IN A`, ''));
    expect(lines).toHaveLength(10);
    expect(of('a.test')).toEqual(['CQ', 'FQ', 'FR', 'CR', 'CQ', 'CR']);
    expect(of('b.test')).toEqual(['CQ', 'FQ', 'FR', 'CR']);
    if (threads === 1) expect(lines.map((line) => /"(.*?)\."/.exec(line)?.[1])).toEqual([...Array.from({ length: 6 }, () => 'a.test'), ...Array.from({ length: 4 }, () => 'b.test')]);
    expect(new Set(yaml.match(/^identity: .*|^version: .*/gm))).toEqual(new Set(['identity: "me"', 'version: "v1"']));
    expect(yaml).toContain(`response_port: ${upstream}`);
  }, 30_000);
});
