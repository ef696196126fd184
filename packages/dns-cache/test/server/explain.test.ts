import { encodeQuery } from '@nodelocal/dns-cache';
import { describe, expect, it } from 'vitest';
import { foldName, readNameText } from '../../src/message/name.ts';
import { TYPE } from '../../src/message/numbers.ts';
import type { ExplainedBlock } from '../../src/plugin/explained.ts';
import { a, World } from '../support/world.ts';

const folded = (name: string): string => {
  const wire = readNameText(name);
  if (wire === undefined) throw new TypeError(name);
  return foldName(wire);
};

const explained = (world: World, name: string, type: number | undefined = TYPE.A): readonly ExplainedBlock[] =>
  world.server.explain({ name: folded(name), type, now: world.now });

const corefile = `
cluster.local:53 {
  bind 169.254.20.10 10.96.0.10
  cache 30 {
    serve_stale 1h
  }
  forward . 10.96.0.3 {
    force_tcp
  }
}
.:53 {
  bind 169.254.20.10
  rewrite name a.test b.test
  forward test tls://192.0.2.1 {
    tls_servername dns.test
    max_fails 0
  }
  forward . 192.0.2.2 192.0.2.3 {
    policy sequential
    failfast_all_unhealthy_upstreams
  }
}
`;

describe('what would become of a name', () => {
  it('is told by block, with the listeners that it has there', () => {
    const world = new World({ corefile });
    const both = { listeners: ['dns://169.254.20.10:53', 'dns://10.96.0.10:53'], zone: 'cluster.local.', view: '', plugins: ['cache', 'forward'] };
    expect(explained(world, 'Web.Cluster.Local')).toMatchObject([both]);
    expect(explained(world, 'example.org')).toMatchObject([
      { listeners: ['dns://169.254.20.10:53'], zone: '.', plugins: ['rewrite', 'forward'] },
      { listeners: ['dns://10.96.0.10:53'], zone: undefined, plugins: [], says: [] },
    ]);
    // A zone's DS record lies above it, but here nobody serves what is above but the root.
    expect(explained(world, 'cluster.local', TYPE.DS)[0]).toMatchObject({ zone: 'cluster.local.' });
  });

  it('tells the entries of all types, or of one, and what may still be served', () => {
    const world = new World({ corefile });
    const entries = (type?: number) => explained(world, 'web.cluster.local', type).flatMap(({ says }) => says).flatMap((said) => (said.kind === 'cache' ? said.entries : []));
    world.ask({ name: 'web.cluster.local' });
    world.respond({ answers: [a('web.cluster.local', '10.0.0.1', 30)] });
    world.pass(10_000);
    expect(entries(TYPE.A)).toMatchObject([{ type: 'A', state: 'fresh', ageSeconds: 10, remainingSeconds: 20 }]);
    expect(entries()).toHaveLength(1);
    expect(entries(TYPE.AAAA)).toEqual([]);
    world.pass(20_000);
    expect(entries()).toMatchObject([{ state: 'stale', remainingSeconds: 0 }]);
    world.pass(3_600_000);
    expect(entries()).toMatchObject([{ state: 'expired' }]);
  });

  it('tells whom the first forward of the name would ask, over what, and how they are', () => {
    const world = new World({ corefile });
    const upstreams = (name: string) => explained(world, name)[0]?.says.at(-1);
    expect(upstreams('web.cluster.local')).toMatchObject({ kind: 'forward', from: '.', upstreams: [{ address: '10.96.0.3:53', over: 'tcp', health: 'up' }] });
    expect(upstreams('www.test')).toMatchObject({ from: 'test.', upstreams: [{ address: '192.0.2.1:853', serverName: 'dns.test', over: 'tls', health: 'never-down' }] });
    const others = ['192.0.2.2:53', '192.0.2.3:53'].map((address) => ({ address, over: 'as-the-client', health: 'up' }));
    expect(upstreams('example.org')).toMatchObject({ policy: 'sequential', upstreams: others, whenAllAreDown: 'nobody' });
    // The first is silent, and so are its probes.
    world.send(encodeQuery({ id: 1, name: 'example.org', type: 'A' }), { local: '169.254.20.10' });
    world.pass(20_000);
    expect(upstreams('example.org')).toMatchObject({ upstreams: [{ health: 'down' }, { health: 'down' }] });
  });

  it('tells of each view, up to the block that takes what is left', () => {
    const block = (view: string): string => `. {\n bind 10.96.0.10\n${view} whoami\n}\n`;
    const world = new World({ corefile: `${block(" view tcp {\n expr proto() == 'tcp'\n }\n")}${block('')}test {\n bind 10.96.0.10\n view none {\n expr false\n }\n whoami\n}\n` });
    expect(explained(world, 'www.test').map(({ zone, view }) => [zone, view])).toEqual([['test.', 'none'], ['.', 'tcp'], ['.', '']]);
  });
});
