import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDescriptorReceiver, sendDescriptors } from '../../src/loop/pass-descriptors.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';

describe.skipIf(calls === undefined)(`descriptors for another process${note}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dns-cache-pass-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are the same files, with a text', () => {
    if (calls === undefined) return;
    const path = join(folder, 'socket');
    const receiver = openDescriptorReceiver(calls, path);
    if (typeof receiver === 'string') throw new Error(receiver);
    expect(receiver.receive()).toBeUndefined();
    const files = ['one', 'two'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, file);
    const fds = files.map((file) => openSync(file, 'r'));
    expect(sendDescriptors(calls, path, 'ärgerlich: {}', fds)).toBeUndefined();
    for (const fd of fds) closeSync(fd);
    const received = receiver.receive();
    expect(received?.text).toBe('ärgerlich: {}');
    expect(received?.fds.map((fd) => readFileSync(fd, 'utf8'))).toEqual(files);
    for (const fd of received?.fds ?? []) closeSync(fd);
    receiver.close();
  });

  it('reach nobody where nobody is', () => {
    if (calls === undefined) return;
    expect(sendDescriptors(calls, join(folder, 'nothing'), '', [])).toBe('ENOENT');
    expect(() => openDescriptorReceiver(calls, `/${'long'.repeat(40)}`)).toThrow('a socket’s path may have 107 octets'.replace('’', "'"));
    expect(openDescriptorReceiver(calls, '/no/such/folder/socket')).toBe('ENOENT');
  });
});
