import { parseCorefile } from '@nodelocal/dns-cache';
import { expect, it } from 'vitest';
import { LATER_DIRECTIVES, PLUGINS } from '../../src/plugins/index.ts';
import { EXAMPLES } from './examples.ts';

/** `trace` is known, so that it can say why it is not there. */
const REFUSED: ReadonlySet<string> = new Set(['trace']);

const parse = (text: string) => parseCorefile(text, { file: 'Corefile', environment: { PROMETHEUS: 'localhost:9253' } });

it.each(Object.entries(EXAMPLES))('%s', (_what, text) => {
  const { blocks } = parse(text);
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.flatMap(({ plugins }) => plugins.flatMap(({ describe }) => describe())).length).toBeGreaterThan(0);
});

it('there is an example of every directive', () => {
  const shown = new Set(
    Object.values(EXAMPLES).flatMap((text) => parse(text).blocks.flatMap(({ plugins }) => plugins.map(({ directive }) => directive))),
  );
  const built = PLUGINS.map(({ directive }) => directive).filter((directive) => !REFUSED.has(directive));
  expect([...shown].toSorted()).toEqual(built.toSorted());
});

it('no directive is both built and still to come', () => {
  expect(PLUGINS.map(({ directive }) => directive).filter((directive) => LATER_DIRECTIVES.has(directive))).toEqual([]);
});
