import type { Writable } from 'node:stream';
import type { Page, Stream } from '../observe/http.ts';
import { plainText } from '../observe/http.ts';
import type { Serving } from '../threads/serving.ts';
import { readFilter } from '../watching/read-filter.ts';
import type { Batch, ToldQuery } from '../watching/told.ts';
import { createWaiting } from '../watching/told.ts';

/** What waits for a reader who does not read on. */
const WAITING_MAX = 5000;

/** A line of JSON for each query, and one for those that were skipped before it. */
const linesOf = ({ queries, skipped }: Batch): string =>
  `${queries.map((query) => `${JSON.stringify(query)}\n`).join('')}${skipped === 0 ? '' : `${JSON.stringify({ skipped })}\n`}`;

const follow = (service: Serving, filter: Parameters<Serving['watch']>[0], reader: Writable): void => {
  const waiting = createWaiting<ToldQuery>(WAITING_MAX);
  const write = (): void => {
    if (reader.writableNeedDrain) return;
    const { items, skipped } = waiting.take();
    if (items.length > 0 || skipped > 0) reader.write(linesOf({ queries: items, skipped }));
  };
  const watch = service.watch(filter, ({ queries, skipped }) => {
    for (const query of queries) waiting.offer(() => query);
    waiting.skip(skipped);
    write();
  });
  reader.on('drain', write);
  reader.on('close', () => watch.stop());
};

/** Queries as they come, until the reader has seen enough. */
export const tailQueries = (service: Serving, { searchParams }: URL): Page | Stream => {
  const filter = readFilter({
    names: searchParams.getAll('name'),
    clients: searchParams.getAll('client'),
    types: searchParams.getAll('type'),
    rcodes: searchParams.getAll('rcode'),
    slower: searchParams.get('slower') ?? undefined,
  });
  if ('reason' in filter) return plainText(400, `${filter.reason}\n`);
  return { contentType: 'application/x-ndjson', stream: (reader) => follow(service, filter, reader) };
};
