import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const template = definePlugin({
  directive: 'template',
  setup,
  describe,
  serve,
  words: { rcode: 1, match: Number.POSITIVE_INFINITY, upstream: Number.POSITIVE_INFINITY },
});
