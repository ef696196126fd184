import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const view = definePlugin({
  directive: 'view',
  setup,
  describe,
  passesHits: true,
  // Whatever is not true is not: no value, and a value that is no truth (CoreDNS plugin/view/view.go).
  view: ({ name, expressions }) => ({
    name,
    takes: (query) => expressions.every(({ compiled }) => compiled.evaluate(query) === true),
  }),
  // It has its say before, and is a handler so that a block with nothing else is one that answers.
  serve: (_value, _site, next) => next,
});
