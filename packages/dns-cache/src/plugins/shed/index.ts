import { definePlugin } from '../../plugin/plugin.ts';
import { describe } from './describe.ts';
import { setup } from './setup.ts';

/** Queries over UDP that wait for too long are dropped whether it is written or not, see `sockets/backlog.ts`. */
export const shed = definePlugin({ directive: 'shed', setup, describe });
