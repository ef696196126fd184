import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const hosts = definePlugin({
  directive: 'hosts',
  setup,
  describe,
  serve,
  words: { ttl: Number.POSITIVE_INFINITY, no_reverse: 0 },
});
