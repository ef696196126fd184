import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

export const search = definePlugin({ directive: 'search', setup, describe, serve, passesHits: true, words: { ndots: 1 } });
