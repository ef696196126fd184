import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { facilityOf } from './facility.ts';
import { serve } from './serve.ts';
import { OPTION_WORDS, setup } from './setup.ts';

export const dnstap = definePlugin({
  directive: 'dnstap',
  setup,
  describe,
  serve,
  facilities: (value) => value.map(facilityOf),
  words: OPTION_WORDS,
});
