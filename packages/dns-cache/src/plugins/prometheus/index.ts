import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const prometheus = definePlugin({
  directive: 'prometheus',
  setup,
  describe,
  facilities: (value) => [{ kind: 'prometheus', ...value }],
});
