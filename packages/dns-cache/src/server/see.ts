import type { Endpoint } from '../address.ts';
import type { ServedEffect, ServerEvent } from '../engine/effect.ts';
import { transportOf } from '../message/link.ts';
import { foldName } from '../message/name.ts';
import type { Query, QueryOutcome } from '../message/query.ts';
import { scanQuery } from '../message/scan.ts';
import type { Watcher } from '../watching/seen.ts';
import type { Datagram } from './shortcut.ts';

/*
 * What one who watches is told of a query, by each of the ways that it may go. None of this is done while nobody watches.
 */

type SeenAs = Pick<ServedEffect, 'transport' | 'type' | 'rcode' | 'plugin' | 'durationMs'>;

const see = (watcher: Watcher, client: Endpoint, name: string | undefined, klass: number, { transport, type, rcode, plugin, durationMs }: SeenAs): void =>
  watcher({ client, transport, name, type, class: klass, rcode, plugin, durationMs });

/** As the client asked: what `rewrite` made of it is the upstream's to see. */
export const seeAnswered = (watcher: Watcher, client: Endpoint, { question }: Query, served: ServedEffect): void =>
  see(watcher, client, foldName(question.name), question.class, { ...served, type: question.type });

export const seeShort = (watcher: Watcher, { client, message }: Datagram, served: ServedEffect): void => {
  const scan = scanQuery(message);
  if (scan !== undefined) see(watcher, client, scan.key.slice(0, scan.nameOctets), scan.key.charCodeAt(scan.nameOctets + 1), served);
};

export const seeRefused = (
  watcher: Watcher,
  { client, transport, receivedAt }: Extract<ServerEvent, { kind: 'query' }>,
  { asked: { question }, rcode }: Extract<QueryOutcome, { kind: 'refused' }>,
  now: number,
): void => {
  const told = { transport: transportOf(transport), type: question?.type ?? 0, rcode, plugin: '', durationMs: now - (receivedAt ?? now) };
  see(watcher, client, question && foldName(question.name), question?.class ?? 0, told);
};
