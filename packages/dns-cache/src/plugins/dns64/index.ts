import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const dns64 = definePlugin({
  directive: 'dns64',
  setup,
  describe,
  serve,
  words: { prefix: 1, translate_all: 0, allow_ipv4: 0 },
});
