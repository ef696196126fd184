import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { lookups } from './lookups.ts';
import { OPTION_WORDS } from './options.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const forward = definePlugin({
  directive: 'forward',
  setup,
  describe,
  lookups,
  serve,
  words: OPTION_WORDS,
});
