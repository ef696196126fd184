import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const tls = definePlugin({
  directive: 'tls',
  setup,
  describe,
  facilities: (value) => [{ kind: 'tls', ...value }],
});
