import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const debug = definePlugin({ directive: 'debug', setup, describe, facilities: () => [{ kind: 'debug' }] });
