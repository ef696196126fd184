import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const limit = definePlugin({ directive: 'limit', setup, describe, serve, passesHits: true, words: { over: 1, prefix: 2, hits: 1 } });
