import { describeRows } from './row.ts';
import { failureRows } from './rows/cache-failures.ts';
import { keyRows } from './rows/cache-keys.ts';
import { ttlRows } from './rows/ttl.ts';

describeRows('How long answers live', ttlRows);
describeRows('Which questions share an answer', keyRows);
describeRows('Failures and stale answers', failureRows);
