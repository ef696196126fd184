import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { toldOf } from '../../src/watching/told.ts';
import { a, World } from '../support/world.ts';

const COREFILE = '. {\n cache\n forward . 192.0.2.53\n}\nexample.net {\n rewrite type A AAAA\n acl {\n drop net 10.0.0.9\n }\n whoami\n}';

/** A server that is watched, and all that was seen. */
const watched = () => {
  const world = new World({ corefile: COREFILE });
  const seen: string[] = [];
  const watch = (): void =>
    world.server.watch((one) => {
      const { client, port, transport, class: klass, type, name, rcode, plugin, durationMs } = toldOf(one, 0);
      seen.push([client, port, transport, klass, type, name, rcode, plugin, durationMs].join(' '));
    });
  return { world, seen, watch };
};

const query = (name: string, type = 'A'): Uint8Array => encodeQuery({ id: 1, name, type });

describe('one who watches', () => {
  it('sees each query once, whichever way it goes', () => {
    const { world, seen, watch } = watched();
    watch();
    world.send(query('WWW.Example.org'));
    world.respond({ answers: [a('www.example.org', '192.0.2.1', 30)] });
    world.send(query('www.example.org'), { from: { address: '2001:db8::1', port: 1 } });
    world.send(query('www.example.org'), { transport: 'tcp' });
    world.send(query('a.example.net'));
    world.send(query('a.example.net'), { from: { address: '10.0.0.9', port: 53 } });
    world.send(Uint8Array.from([...query('a.example.net'), 1]).map((octet, at) => (at === 5 ? 2 : octet)));
    world.send(query('a.example.org', 'AXFR').slice(0, -1));
    expect(seen).toEqual([
      '10.244.1.5 40000 udp IN A www.example.org. NOERROR forward 0',
      '2001:db8::1 1 udp IN A www.example.org. NOERROR cache 0',
      '10.244.1.5 40000 tcp IN A www.example.org. NOERROR cache 0',
      '10.244.1.5 40000 udp IN A a.example.net. NOERROR whoami 0',
      '10.0.0.9 53 udp IN A a.example.net. -  0',
      '10.244.1.5 40000 udp - - - FORMERR  0',
      '10.244.1.5 40000 udp - - - FORMERR  0',
    ]);
  });

  it('sees nothing any more once it looks away, and changes nothing', () => {
    const [looked, not] = [watched(), watched()];
    looked.watch();
    for (const { world } of [looked, not]) {
      world.send(query('a.example.net'));
      world.server.watch(undefined);
      world.send(query('a.example.net'));
    }
    expect(looked.seen).toHaveLength(1);
    expect(looked.world.effects).toEqual(not.world.effects);
  });
});
