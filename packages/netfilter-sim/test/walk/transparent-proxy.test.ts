import type { Chance, Journey } from '@nodelocal/netfilter-sim';
import { assuming, flightFrom, newHostState, run, seededChance } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { lab, rules } from '../support/lab.ts';

const PROXY = '-A PREROUTING -p udp -m udp --dport 53 -j TPROXY --on-port 12345 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1';
const PACKET = 'pod1: udp 10.244.1.5:1 > 172.18.0.9:53';
/** What the proxy's mark is for: everything is local. */
const LOCAL = {
  'ip-rule.json': JSON.stringify([
    { priority: 0, src: 'all', table: 'local' },
    { priority: 100, src: 'all', fwmark: '0x1', table: '100' },
    { priority: 32766, src: 'all', table: 'main' },
    { priority: 32767, src: 'all', table: 'default' },
  ]),
  'ip-route.json': JSON.stringify([
    { type: 'local', dst: 'default', dev: 'lo', table: '100', scope: 'host' },
    { dst: '10.244.1.5', dev: 'pod1', scope: 'link' },
    { dst: '172.18.0.0/24', dev: 'eth0', scope: 'link', prefsrc: '172.18.0.2' },
  ]),
};
const listening = (address: string): string => `udp UNCONN 0 0 ${address} 0.0.0.0:*\n`;
const send = (files: Parameters<typeof lab>[1], packet = PACKET): Journey => lab(rules({ mangle: [PROXY] }), files).send(packet);

describe('TPROXY', () => {
  it('drops a packet that no socket listens for', () => {
    expect(send({ ...LOCAL, 'ss.txt': listening('127.0.0.1:12346') })).toBeDropped({ by: 'mangle PREROUTING rule 1' });
  });

  it('delivers to the socket that listens, by a local route for its mark', () => {
    expect(send({ ...LOCAL, 'ss.txt': listening('127.0.0.1:12345') })).toBeDelivered({ socket: 'open', to: '172.18.0.9:53' });
    expect(send({ ...LOCAL, 'ss.txt': listening('0.0.0.0:12345') })).toBeDelivered({ socket: 'open' });
  });

  it('loses what it gave to a socket where routing would forward it', () => {
    expect(send({ 'ss.txt': listening('127.0.0.1:12345') }).outcome).toMatchObject({
      kind: 'dropped',
      reason: { kind: 'assigned-to-socket' },
    });
  });

  it('is a question where the sockets are not known', () => {
    const host = { ...lab(rules({ mangle: [PROXY] }), LOCAL).host, sockets: undefined };
    const walk = (chance: Chance): Journey => run(host, newHostState(), flightFrom(host, PACKET, { kind: 'unknown' }), chance);
    expect(walk(seededChance(1)).outcome).toMatchObject({
      question: 'whether a transparent socket listens on 127.0.0.1 port 12345, in mangle PREROUTING rule 1',
    });
    expect(walk(assuming(() => true, seededChance(1))).outcome).toEqual({ kind: 'delivered', socket: 'open' });
    expect(walk(assuming(() => false, seededChance(1))).outcome.kind).toBe('dropped');
  });
});
