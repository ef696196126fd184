import { describe, expect, it } from 'vitest';
import { CorefileError, parseCorefile } from '@nodelocal/dns-cache';
import { a, World } from '../support/world.ts';

const tapsOf = (world: World): readonly string[] =>
  world.effects.flatMap((effect) => (effect.kind === 'tap' ? [`${effect.type} ${effect.extra} ${effect.message === undefined ? 'bare' : effect.message.length}`] : []));

const EXTRA = 'extra "{name} {/forward/upstream} {rcode}"';

describe('who is told of messages', () => {
  it('hears of the query, of what is asked for it, and of both answers, in that order', () => {
    const world = new World({ corefile: `. {\n metadata\n dnstap /sock full {\n ${EXTRA}\n }\n cache\n forward . 192.0.2.53\n}` });
    const query = world.ask({ name: 'www.test.', id: 1 });
    world.respond({ answers: [a('www.test.', '10.0.0.1', 30)] });
    const sizes = [world.rawAnswer(query)?.length, world.lastAsk.message.length];
    expect(tapsOf(world)).toEqual([
      'client-query www.test. - - 26',
      `forwarder-query www.test. 192.0.2.53:53 - ${sizes[1]}`,
      'forwarder-response www.test. 192.0.2.53:53 - 42',
      `client-response www.test. 192.0.2.53:53 - ${sizes[0]}`,
    ]);
    world.ask({ name: 'www.test.', id: 2 });
    expect(tapsOf(world).slice(4)).toEqual(['client-query www.test. - - 26', `client-response www.test. - - ${sizes[0]}`]);
  });

  it('hears of SERVFAIL as the client does, and of silence nothing', () => {
    const world = new World({ corefile: '. {\n dnstap /sock full\n acl {\n drop type TXT\n }\n}' });
    world.ask({ name: 'www.test.', id: 1 });
    world.ask({ name: 'www.test.', type: 'TXT', id: 2 });
    expect(tapsOf(world)).toEqual(['client-query  26', 'client-response  26', 'client-query  26']);
  });

  it('is told on each line as it says, and not of what the server asks itself', () => {
    const world = new World({ corefile: '. {\n dnstap /one full\n dnstap /two\n template IN A a.test {\n answer "a.test. 60 CNAME b.test."\n }\n template IN A b.test {\n answer "b.test. 60 A 10.0.0.1"\n }\n}' });
    world.ask({ name: 'a.test.', id: 1 });
    expect(tapsOf(world)).toEqual(['client-query  24', 'client-query  bare', expect.stringMatching(/^client-response {2}\d+$/), 'client-response  bare']);
  });
});

describe('a line of `dnstap`', () => {
  const said = (line: string): string => {
    try {
      return parseCorefile(`. {\n ${line}\n}`).blocks.flatMap(({ plugins }) => plugins.flatMap(({ describe: words }) => words())).join(' / ');
    } catch (error) {
      if (error instanceof CorefileError) return error.message;
      throw error;
    }
  };

  it.each([
    ['dnstap', "Corefile:2:2: Wrong argument count or unexpected line ending after 'dnstap' (write dnstap SOCKET [full] [WRITEBUFFER] [QUEUE], or dnstap listen SOCKET [full])"],
    ['dnstap listen', "Corefile:2:9: Wrong argument count or unexpected line ending after 'listen' (write dnstap SOCKET [full] [WRITEBUFFER] [QUEUE], or dnstap listen SOCKET [full])"],
    ['dnstap tcp://127.0.0.1', "Corefile:2:9: not an address and a port: '127.0.0.1' (write HOST:PORT or :PORT)"],
    ['dnstap /sock full 0', 'Corefile:2:20: WRITEBUFFER must be between 1 and 1024: 0'],
    ['dnstap /sock full 1 5000', 'Corefile:2:22: QUEUE must be between 1 and 4096: 5000'],
    ['dnstap /sock {\n tls a b\n }', 'Corefile:3:2: tls directive only valid for listeners (write dnstap listen)'],
    ['dnstap tls://dns.test:6000 full 2 3 {\n identity me version v2 skipverify\n }', 'dnstap to tls://dns.test:6000 /   whole messages /   as me, v2 /   at most 2 MiB and 30000 messages wait /   certificates are not looked at'],
    ['dnstap listen unix:///sock', 'dnstap to whoever comes to /sock /   without the messages themselves /   as localhost, dns-cache'],
  ])('%j', (line, words) => {
    expect(said(line)).toBe(words);
  });
});
