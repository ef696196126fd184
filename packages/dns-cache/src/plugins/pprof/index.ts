import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const pprof = definePlugin({
  directive: 'pprof',
  setup,
  describe,
  facilities: (value) => [{ kind: 'profiler', ...value }],
});
