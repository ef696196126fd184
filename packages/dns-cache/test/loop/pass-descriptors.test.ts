import { closeSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDescriptorReceiver, sendDescriptors } from '../../src/loop/pass-descriptors.ts';
import { systemCalls } from '../../src/loop/system-calls.ts';
import { sharedScratch } from '../support/scratch.ts';

const calls = systemCalls();
const note = calls === undefined ? ' (skipped: no koffi for this machine, or DNS_CACHE_LOOP=off)' : '';

describe.skipIf(calls === undefined)(`descriptors for another process${note}`, () => {
  const files = sharedScratch();

  it('are the same files, with a text', () => {
    if (calls === undefined) return;
    const path = files.path('socket');
    const receiver = openDescriptorReceiver(calls, path);
    if (typeof receiver === 'string') throw new Error(receiver);
    expect(receiver.receive()).toBeUndefined();
    const texts = ['first', 'second'];
    const sent = texts.map((text) => files.write(text, text));
    const fds = sent.map((file) => openSync(file, 'r'));
    expect(sendDescriptors(calls, path, 'ärgerlich: {}', fds)).toBeUndefined();
    for (const fd of fds) closeSync(fd);
    const received = receiver.receive();
    expect(received?.text).toBe('ärgerlich: {}');
    expect(received?.fds.map((fd) => readFileSync(fd, 'utf8'))).toEqual(texts);
    for (const fd of received?.fds ?? []) closeSync(fd);
    receiver.close();
  });

  it('reach nobody where nobody is', () => {
    if (calls === undefined) return;
    expect(sendDescriptors(calls, files.path('nothing'), '', [])).toBe('ENOENT');
    expect(() => openDescriptorReceiver(calls, `/${'long'.repeat(40)}`)).toThrow('a socket’s path may have 107 octets'.replace('’', "'"));
    expect(openDescriptorReceiver(calls, '/no/such/folder/socket')).toBe('ENOENT');
  });
});
