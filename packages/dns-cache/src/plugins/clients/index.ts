import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const clients = definePlugin({ directive: 'clients', setup, describe, serve, passesHits: true, words: { prefix: 2, series: 1 } });
