import { describe, expect, it } from 'vitest';
import { CorefileError, parseCorefile } from '@nodelocal/dns-cache';
import { a, World } from '../support/world.ts';

const textOf = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('latin1');

const FORMAT = '"{name} {rcode} {/forward/upstream} {/view/name} {/log/type} {/log/class} {/no/such}"';

const linesOf = (block: string, names: readonly string[], respond: (world: World) => void = (world) => world.respond({ answers: [a('www.test.', '10.0.0.1', 30)] })): readonly string[] => {
  const world = new World({ corefile: `. {\n log . ${FORMAT}\n ${block}\n}` });
  for (const name of names) {
    const asked = world.asks.length;
    world.ask({ name, id: 1 });
    if (world.asks.length > asked) respond(world);
  }
  return world.lines;
};

describe('what is known of a query', () => {
  it('is nothing where nobody collects it', () => {
    expect(linesOf('forward . 192.0.2.53', ['www.test.'])).toEqual(['[INFO] www.test. NOERROR - - - - -']);
  });

  it('is who was asked, for a miss, and what the answer is', () => {
    expect(linesOf('metadata\n cache\n forward . 192.0.2.53', ['www.test.', 'www.test.'])).toEqual([
      '[INFO] www.test. NOERROR 192.0.2.53:53 - NOERROR success -',
      '[INFO] www.test. NOERROR - - NOERROR success -',
    ]);
  });

  it('is who was asked last, where nobody answers', () => {
    const lines = linesOf('metadata\n forward . 192.0.2.53 192.0.2.54 {\n policy sequential\n }', ['www.test.'], (world) => world.pass(6000));
    expect(lines[0]).toMatch(/^\[INFO\] www\.test\. SERVFAIL 192\.0\.2\.5[34]:53 - SERVERERROR error -$/);
  });

  it.each([
    ['metadata', 'office'],
    ['metadata other.test', '-'],
  ])('is its view, from the start, in the zones of `%s`', (metadata, view) => {
    expect(linesOf(`${metadata}\n whoami\n view office {\n  expr true\n }`, ['www.test.'])).toEqual([`[INFO] www.test. NOERROR - ${view} NOERROR success -`]);
  });

  it('is there for templates and for rules of `rewrite`, which without it do nothing', () => {
    const block = (view: string): string =>
      `metadata\n rewrite name regex (.)\\.x\\.test {1}.{view/name}.test metadata\n template ANY ANY {\n answer "{{ .Name }} TXT {{ .Meta \\"view/name\\" }}!"\n }\n${view}`;
    expect(linesOf(block(" view office {\n expr metadata('view/name') == 'office'\n }"), ['a.x.test.'])).toEqual(['[INFO] a.x.test. NOERROR - office NOERROR success -']);
    const world = new World({ corefile: `. {\n ${block(' view office {\n expr true\n }')}\n}` });
    const query = world.ask({ name: 'a.x.test.', type: 'TXT', id: 1 });
    expect(JSON.stringify(world.answer(query).answers)).toContain('a.office.test.');
    expect(textOf(world.rawAnswer(query))).toContain('office!');
  });
});

describe('a rule that has what is known in a name', () => {
  const complaint = (rule: string): string => {
    try {
      parseCorefile(`. {\n rewrite name ${rule}\n}`);
      return 'accepted';
    } catch (error) {
      if (error instanceof CorefileError) return error.message.split(' (')[0] ?? '';
      throw error;
    }
  };

  it.each([
    ['regex (.*) {1}.{view/name}. metadata answer auto', 'accepted'],
    ['exact a b metadata', 'Corefile:2:25: metadata is only supported for regex name rules'],
    ['regex (.*) {2}.test metadata', 'Corefile:2:26: capture group 2 does not exist in name matching pattern'],
    ['regex (.*) {view.test metadata', 'Corefile:2:26: unclosed placeholder in metadata name replacement'],
    ['regex (.*) view}.test metadata', 'Corefile:2:26: unmatched closing brace in metadata name replacement'],
    ['regex (.*) {view}.test metadata', "Corefile:2:26: invalid metadata label 'view' in name replacement"],
  ])('%s', (rule, said) => {
    expect(complaint(rule)).toBe(said);
  });
});
