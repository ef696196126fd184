import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const root = definePlugin({
  directive: 'root',
  setup,
  describe,
  root: ({ text }) => text,
  facilities: (value) => [{ kind: 'root', path: value.text, position: value }],
});
