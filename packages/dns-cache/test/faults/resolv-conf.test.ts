import { createSocket } from 'node:dgram';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { canListen } from '../support/loopback.ts';
import { THREADS } from '../support/serve.ts';
import type { Faulty } from './support/server.ts';
import { pause, startFaulty, startUpstreamFor, until } from './support/server.ts';
import { answers, answerTo, silence } from './support/upstream.ts';

/** Of loopback there are 16 million addresses: those of this process. */
const at = (number: number): string => `127.83.${(pid % 250) + 1}.${number}`;

/** The nameservers of such a file are at port 53, which takes root. */
const mayListenAt53 = await canListen(createSocket('udp4').bind(53, at(1)));

const note = mayListenAt53 ? '' : ' (skipped: no right to listen at port 53)';

const startFolder = (context: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-cache-resolv-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'resolv.conf');
  return {
    path,
    /** As resolvconf, NetworkManager and the kubelet do it: a new file takes the place of the old one. */
    replace(text: string) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    },
  };
};

/** What the log says, of each thread, when the file has been read again. */
const says = (faulty: Faulty, text: string) => (): boolean => faulty.lines.filter((line) => line.includes(text)).length >= THREADS;

describe.skipIf(!mayListenAt53)(`a resolv.conf that changes${note}`, { concurrent: true }, () => {
  it('sends queries to its new nameserver, and those under way are answered by the old one', async (context) => {
    const old = await startUpstreamFor(context, {
      address: at(2),
      port: 53,
      udp: ({ name, message, send }) => setTimeout(() => send(answerTo(message)), name.startsWith('slow') ? 1500 : 0),
    });
    const fresh = await startUpstreamFor(context, { address: at(3), port: 53, udp: answers });
    const file = startFolder(context);
    file.replace(`nameserver ${at(2)}\n`);
    const faulty = await startFaulty(context, { to: () => file.path });
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
    const slow = faulty.ask('slow.example.org');
    file.replace(`nameserver ${at(3)}\n`);
    expect((await slow).answers).toHaveLength(1);
    await until(says(faulty, `forwarding to ${at(3)}:53`));
    expect((await faulty.ask('b.example.org')).answers).toHaveLength(1);
    expect(fresh.asked).toContain('udp b.example.org.');
    expect(old.asked).not.toContain('udp b.example.org.');
    expect(faulty.lines.filter((line) => line.includes('[ERROR]'))).toEqual([]);
  });

  it('to name nobody is warned of, and the old nameserver is kept', async (context) => {
    await startUpstreamFor(context, { address: at(4), port: 53, udp: answers });
    const file = startFolder(context);
    file.replace(`nameserver ${at(4)}\n`);
    const faulty = await startFaulty(context, { to: () => file.path });
    await pause(100);
    file.replace('# being written\n');
    await until(says(faulty, '[WARNING] plugin/forward: no nameservers found'));
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
  });

  it('because its link points elsewhere is noticed too', async (context) => {
    await startUpstreamFor(context, { address: at(5), port: 53, udp: silence });
    const fresh = await startUpstreamFor(context, { address: at(6), port: 53, udp: answers });
    const file = startFolder(context);
    const targets = [at(5), at(6)].map((address, index) => {
      const target = `${file.path}.${index}`;
      writeFileSync(target, `nameserver ${address}\n`);
      return target;
    });
    symlinkSync(targets[0] ?? '', file.path);
    const faulty = await startFaulty(context, { to: () => file.path });
    await pause(100);
    symlinkSync(targets[1] ?? '', `${file.path}.link`);
    renameSync(`${file.path}.link`, file.path);
    await until(says(faulty, `forwarding to ${at(6)}:53`));
    expect((await faulty.ask('a.example.org')).answers).toHaveLength(1);
    expect(fresh.asked).toEqual(['udp a.example.org.']);
  });
});
