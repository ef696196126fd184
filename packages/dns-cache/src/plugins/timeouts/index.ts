import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const timeouts = definePlugin({
  directive: 'timeouts',
  setup,
  describe,
  facilities: (value) => [{ kind: 'timeouts', ...value }],
});
