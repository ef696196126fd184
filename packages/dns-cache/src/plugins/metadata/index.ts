import { definePlugin } from '../../plugin/plugin.ts';
import { collect } from './collect.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const metadata = definePlugin({
  directive: 'metadata',
  setup,
  describe,
  collect,
  passesHits: true,
  // It has its say before, and is a handler so that a block with nothing else is one that answers.
  serve: (_value, _site, next) => next,
});
