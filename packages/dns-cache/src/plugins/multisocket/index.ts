import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const multisocket = definePlugin({
  directive: 'multisocket',
  setup,
  describe,
  facilities: (value) => [{ kind: 'multisocket', ...value }],
});
