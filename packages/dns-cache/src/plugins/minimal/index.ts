import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const minimal = definePlugin({ directive: 'minimal', setup, describe, serve });
