import type { MessageValue } from '@nodelocal/dns-cache';
import { encodeQuery, parseCorefile } from '@nodelocal/dns-cache';
import type { Service } from '@nodelocal/dns-cache/server';
import { startService } from '@nodelocal/dns-cache/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Forwarder } from '../support/forwarders.ts';
import { forwardersNote, hasForwarders, startDnsmasq, startUnbound } from '../support/forwarders.ts';
import { askTcp, askUdp, framed, freePort } from '../support/loopback.ts';
import type { Nsd } from '../support/nsd.ts';
import { hasNsd, nsdNote, startNsd } from '../support/nsd.ts';
import { read } from '../support/world.ts';
import type { Peer } from './differences.ts';
import { comparable, FLAG_DIFFERENCES, TTL_DIFFERENCES, ttlRange } from './differences.ts';
import type { PeerQuestion } from './questions.ts';
import { podNames, questions, questionText } from './questions.ts';
import { zonesFor } from './zones.ts';

/** A question with what everyone said to it. */
interface Observation {
  readonly what: string;
  readonly turn: 'first' | 'second';
  readonly ours: MessageValue;
  readonly theirs: Readonly<Record<Peer, MessageValue>>;
}

const ID = 4711;

const ask = async (port: number, question: PeerQuestion): Promise<MessageValue> => {
  const { transport, ...options } = question;
  const message = encodeQuery({ id: ID, ...options });
  if (transport === 'udp') return read(await askUdp(port, message));
  const [answer = new Uint8Array()] = await askTcp(port, [framed(message)], 1);
  return read(answer);
};

const PEERS: readonly Peer[] = ['unbound', 'dnsmasq'];

/** Clocks of three processes are not read at the same moment, and a busy machine may stand still for a second in between. */
const TTL_SLACK = 3;

describe.skipIf(!hasNsd || !hasForwarders)(
  `beside unbound and dnsmasq, in front of one nsd${nsdNote}${forwardersNote}`,
  () => {
    let nsd: Nsd;
    let unbound: Forwarder;
    let dnsmasq: Forwarder;
    let service: Service;
    const observations: Observation[] = [];

    beforeAll(async () => {
      nsd = await startNsd(zonesFor(podNames));
      [unbound, dnsmasq] = await Promise.all([startUnbound(nsd.port), startDnsmasq(nsd.port)]);
      const port = await freePort();
      service = await startService({
        corefile: parseCorefile(`. {\n bind 127.0.0.1\n cache\n forward . 127.0.0.1:${nsd.port}\n}`, {
          file: 'Corefile',
        }),
        port,
        readFile: () => '',
        log: () => undefined,
      });
      for (const question of questions) {
        // Asked twice, so that the second answer is a kept one.
        for (const turn of ['first', 'second'] as const) {
          const [ours, fromUnbound, fromDnsmasq] = await Promise.all([
            ask(port, question),
            ask(unbound.port, question),
            ask(dnsmasq.port, question),
          ]);
          const theirs = { unbound: fromUnbound, dnsmasq: fromDnsmasq };
          observations.push({ what: questionText(question), turn, ours, theirs });
        }
      }
    });
    afterAll(async () => {
      await service.stop();
      await Promise.all([unbound.stop(), dnsmasq.stop()]);
      await nsd.stop();
    });

    it('asks hundreds of questions, with every outcome among the answers', () => {
      expect(questions.length).toBeGreaterThan(podNames.length > 10 ? 400 : 30);
      expect([...new Set(observations.map(({ ours }) => ours.rcode))].toSorted()).toEqual(['NOERROR', 'NXDOMAIN']);
      expect(observations.some(({ ours }) => ours.truncated)).toBe(true);
    });

    it.each(PEERS)('says what %s says: response code, flags, question, records, OPT', (peer) => {
      for (const { what, turn, ours, theirs } of observations) {
        expect({ what, turn, ...comparable(ours) }).toEqual({ what, turn, ...comparable(theirs[peer]) });
      }
    });

    it('fills a truncated answer, which its peers leave empty', () => {
      const cut = observations.filter(({ ours }) => ours.truncated);
      // What nsd itself truncates is empty.
      expect(new Set(cut.map(({ ours }) => ours.answers.length))).toEqual(new Set([0, 29]));
      expect(cut.flatMap(({ theirs }) => PEERS.flatMap((peer) => theirs[peer].answers))).toEqual([]);
    });

    it.each(PEERS)('tells the TTLs that %s tells, but for those that are listed', (peer) => {
      const far = observations.filter(({ ours, theirs }) => {
        const [[least, most], [theirLeast, theirMost]] = [ttlRange(ours), ttlRange(theirs[peer])];
        return Math.abs(least - theirLeast) > TTL_SLACK || Math.abs(most - theirMost) > TTL_SLACK;
      });
      const listed = TTL_DIFFERENCES.filter((difference) => difference.peer === peer).map(({ question }) => question);
      expect([...new Set(far.map(({ what }) => what))]).toEqual(listed);
    });

    it.each(FLAG_DIFFERENCES)('differs from $peer in $flag: $why', ({ peer, flag, ours, theirs }) => {
      const answered = observations.filter((one) => one.ours.rcode !== 'SERVFAIL');
      const valuesOf = (seen: boolean | 'varies'): ReadonlySet<boolean> => new Set(seen === 'varies' ? [false, true] : [seen]);
      expect(new Set(answered.map((one) => one.ours[flag]))).toEqual(valuesOf(ours));
      expect(new Set(answered.map((one) => one.theirs[peer][flag]))).toEqual(valuesOf(theirs));
    });
  },
);
