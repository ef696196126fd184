import { describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';
import { askedOf, good, www } from './forwarding.ts';

describe('a file of nameservers that changes', () => {
  const watching = (): World =>
    new World({
      corefile: '. {\n forward . /etc/resolv.conf {\n policy sequential\n }\n}',
      resolvConf: { '/etc/resolv.conf': 'nameserver 10.0.0.1\n' },
    });
  const change = (world: World, text: string): void => {
    world.changeFile('/etc/resolv.conf', text);
  };

  it('is watched, and read again; what was under way goes on', () => {
    const world = watching();
    expect(world.server.watchedFiles).toEqual(['/etc/resolv.conf']);
    const before = world.ask({ name: www });
    change(world, 'nameserver 10.0.0.2\nnameserver 10.0.0.3\n');
    expect(world.lines).toEqual([
      "[INFO] plugin/forward: '/etc/resolv.conf' has changed: forwarding to 10.0.0.2:53 10.0.0.3:53",
    ]);
    const after = world.ask({ name: 'b.example.org' });
    expect(askedOf(world)).toEqual(['udp 10.0.0.1:53', 'udp 10.0.0.2:53']);
    world.respond(good, world.asks[0]);
    world.respond({}, world.asks[1]);
    expect([world.answer(before).rcode, world.answer(after).rcode]).toEqual(['NOERROR', 'NOERROR']);
  });

  it('that names nobody is warned of, and the old ones are kept', () => {
    const world = watching();
    change(world, '# nothing\n');
    expect(world.lines).toEqual([
      "[WARNING] plugin/forward: no nameservers found in '/etc/resolv.conf': still forwarding to 10.0.0.1:53",
    ]);
    world.ask({ name: www });
    expect(world.lastAsk.upstream.address).toBe('10.0.0.1');
  });

  it('stops the probes of those that are gone', () => {
    const world = watching();
    world.ask({ name: www });
    world.fail('refused');
    world.fail('refused');
    change(world, 'nameserver 10.0.0.2\n');
    const { length } = world.probes;
    world.pass(20_000);
    expect(world.probes).toHaveLength(length);
  });
});
