import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Starter } from '../measure.ts';
import { progress } from '../measure.ts';
import type { Measured, Row } from '../measured.ts';
import { unheardOf } from '../names.ts';
import type { Over, Server } from '../servers.ts';
import { askAll } from './client.ts';
import type { ScriptedUpstream } from './upstream.ts';
import { startScripted } from './upstream.ts';

const UPSTREAM_PORT = 5389;
const STOPPED_MS = 2200;
const IN_ITS_SOCKETS = 20;
const AT_ONCE = 50;
const SERVFAIL = 2;

type Note = (row: Row, value: number) => void;
type Fault = (server: Server, upstream: ScriptedUpstream, note: Note) => Promise<void>;

/** It does not run while the answers to its questions come. */
const stopped =
  (asksOver: 'UDP' | 'TCP'): Fault =>
  async (server, upstream, note) => {
    upstream.behave({ holds: true });
    const before = upstream.asked;
    const asking = askAll(server, unheardOf(IN_ITS_SOCKETS));
    await sleep(150);
    kill(server.pid, 'SIGSTOP');
    upstream.release();
    upstream.behave({});
    await sleep(STOPPED_MS);
    kill(server.pid, 'SIGCONT');
    const heard = await asking;
    note(`stopped with ${IN_ITS_SOCKETS} answers over ${asksOver}, no answer or SERVFAIL`, IN_ITS_SOCKETS - heard.filter(({ rcode }) => rcode !== SERVFAIL).length);
    note(`stopped with ${IN_ITS_SOCKETS} answers over ${asksOver}, asked again`, upstream.asked - before - IN_ITS_SOCKETS);
  };

const closing: Fault = async (server, upstream, note) => {
  upstream.behave({ closesEach: true });
  const heard = await askAll(server, unheardOf(AT_ONCE));
  note(`upstream closes behind each answer, no answer or SERVFAIL of ${AT_ONCE}`, AT_ONCE - heard.filter(({ rcode }) => rcode !== SERVFAIL).length);
};

const malformed: Fault = async (server, upstream, note) => {
  upstream.behave({ breaksDatagrams: true });
  const [heard] = await askAll(server, unheardOf(1));
  note('malformed answer over UDP, client waits, ms', heard?.ms ?? Number.POSITIVE_INFINITY);
};

const PARTS: readonly { readonly over: Over; readonly faults: readonly Fault[] }[] = [
  { over: 'udp', faults: [stopped('UDP'), malformed] },
  { over: 'tcp', faults: [stopped('TCP'), closing] },
];

const FORGETS_MS = 2000;

/** What becomes of faults that loads do not show: each server alone, in front of an upstream that does as it is told. */
export const measureFaults = async (starters: readonly Starter[], measured: readonly Measured[], rounds: number): Promise<void> => {
  for (let round = 1; round <= rounds; round += 1) {
    progress(`faults, round ${round} of ${rounds}`);
    for (const starter of starters) {
      for (const { over, faults } of PARTS) {
        const folder = mkdtempSync(join(tmpdir(), 'dns-faults-'));
        const upstream = await startScripted(UPSTREAM_PORT);
        const server = await starter(folder, UPSTREAM_PORT, over);
        const values = measured.find(({ name }) => name === server?.name)?.values;
        const note: Note = (row, value) => values?.set(row, [...(values.get(row) ?? []), value]);
        try {
          if (server === undefined) continue;
          if (over === 'udp') note('answers after its start, ms', server.startMs);
          for (const fault of faults) {
            await fault(server, upstream, note);
            upstream.behave({});
            // What one fault has left in its memory of the upstream is not the next one's.
            await sleep(FORGETS_MS);
          }
        } finally {
          await server?.stop();
          upstream.stop();
          rmSync(folder, { recursive: true });
        }
      }
    }
  }
};
