import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const errors = definePlugin({
  directive: 'errors',
  setup,
  describe,
  serve,
  passesHits: true,
  words: { stacktrace: 0 },
  facilities: ({ stacktrace }) => (stacktrace ? [{ kind: 'stacktrace' }] : []),
});
