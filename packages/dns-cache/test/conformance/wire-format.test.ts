import { describeRows } from './row.ts';
import { nameRows } from './rows/names.ts';
import { queryRows } from './rows/queries.ts';
import { replyRows } from './rows/replies.ts';

describeRows('Queries', queryRows);
describeRows('Names', nameRows);
describeRows('Replies of upstreams', replyRows);
