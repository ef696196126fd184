import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const reload = definePlugin({
  directive: 'reload',
  setup,
  describe,
  facilities: (value) => [{ kind: 'reload', ...value }],
});
