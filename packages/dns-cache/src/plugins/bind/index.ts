import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

export const bind = definePlugin({ directive: 'bind', setup, describe, addresses: (value) => value });
