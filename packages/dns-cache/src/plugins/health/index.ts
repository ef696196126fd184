import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const health = definePlugin({
  directive: 'health',
  setup,
  describe,
  facilities: (value) => [{ kind: 'health', ...value }],
});
