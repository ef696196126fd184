import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const trace = definePlugin({ directive: 'trace', setup, describe });
