import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const ready = definePlugin({
  directive: 'ready',
  setup,
  describe,
  facilities: (value) => [{ kind: 'ready', ...value }],
});
