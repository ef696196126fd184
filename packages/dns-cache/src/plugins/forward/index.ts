import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { CLOSING_OPTIONS } from './options.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const forward = definePlugin({
  directive: 'forward',
  setup,
  describe,
  serve,
  closesAfter: CLOSING_OPTIONS,
});
