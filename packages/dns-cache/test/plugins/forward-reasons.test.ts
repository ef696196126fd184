import { checkMessage } from '../../src/message/check.ts';
import { readExtendedErrors } from '../../src/message/extended-error.ts';
import { describe, expect, it } from 'vitest';
import { responseTo } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { forwarding, www } from './forwarding.ts';

const edns = { udpPayloadSize: 1232 };

describe('what a client with EDNS is told', () => {
  const reasons = (world: World, query: number) => {
    const message = checkMessage(world.rawAnswer(query) ?? new Uint8Array());
    return readExtendedErrors(message.kind === 'message' ? (message.edns?.options ?? []) : []);
  };

  it('is that nobody was heard', () => {
    const world = forwarding('10.0.0.1 10.0.0.2');
    const query = world.ask({ name: www, edns });
    world.pass(4000);
    const text = 'read udp 10.0.0.1:53: i/o timeout; read udp 10.0.0.2:53: i/o timeout';
    expect(reasons(world, query)).toEqual([{ code: 22, text }]);
  });

  it('is who did what', () => {
    const world = forwarding('10.0.0.1 10.0.0.2', 'force_tcp\n max_connect_attempts 2');
    const query = world.ask({ name: www, edns });
    world.fail('refused');
    world.fail('closed');
    const text = 'dial tcp 10.0.0.1:53: connect: connection refused; 10.0.0.2:53: EOF';
    expect(reasons(world, query)).toEqual([{ code: 23, text }]);
  });

  it('is the upstream’s own reason for SERVFAIL', () => {
    const world = forwarding('10.0.0.1');
    const query = world.ask({ name: www, edns });
    const reply = responseTo(world.lastAsk.message, { rcode: 'SERVFAIL', edns });
    // Extended error 6, DNSSEC bogus, in the OPT record that ends the message.
    world.reply(Uint8Array.from([...reply.slice(0, -2), 0, 9, 0, 15, 0, 5, 0, 6, ...Buffer.from('sig')]));
    expect(reasons(world, query)).toEqual([{ code: 6, text: 'sig' }]);
  });
});
