import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import process from 'node:process';
import { codeOf } from '../reason.ts';
import type { ToldQuery } from '../watching/told.ts';
import type { ControlFlag } from './control.ts';
import { followControl } from './control.ts';
import { UsageError } from './usage-error.ts';

interface TailFlags extends ControlFlag {
  readonly name?: readonly string[];
  readonly client?: readonly string[];
  readonly type?: readonly string[];
  readonly rcode?: readonly string[];
  readonly slower?: string;
  readonly count?: string;
  readonly json: boolean;
}

type Line = ToldQuery | { readonly skipped: number };

const durationText = (ms: number): string => `${ms.toFixed(3)}ms`;

const addressText = (address: string): string => (address.includes(':') ? `[${address}]` : address);

const lineOf = ({ unixMs, client, port, transport, class: klass, type, name, rcode, durationMs, plugin }: ToldQuery): string =>
  [new Date(unixMs).toISOString(), `${addressText(client)}:${port}`, transport, klass, type, name, rcode, durationText(durationMs), plugin === '' ? '-' : plugin].join(' ');

const pathOf = ({ name = [], client = [], type = [], rcode = [], slower }: TailFlags): string => {
  const wanted = new URLSearchParams();
  for (const [key, values] of Object.entries({ name, client, type, rcode, slower: slower === undefined ? [] : [slower] })) {
    for (const value of values) wanted.append(key, value);
  }
  return `/queries?${wanted.toString()}`;
};

const readCount = (text: string | undefined): number => {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new UsageError(`tail: -count: not a number of queries: '${text}'; write 1 or more`);
  return count;
};

/** Whoever reads slowly is waited for. */
const print = async (line: string): Promise<void> => {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
};

/** Lines as they come. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Prints until there were enough; `false` where there are no more before. */
const follow = async (response: IncomingMessage, count: number, json: boolean): Promise<boolean> => {
  let left = count;
  for await (const text of linesOf(response)) {
    const line = JSON.parse(text) as Line;
    if ('skipped' in line && !json) process.stderr.write(`dns-cache: ${line.skipped} queries are left out: they came faster than they were read\n`);
    else await print(json ? text : lineOf(line as ToldQuery));
    if (!('skipped' in line)) left -= 1;
    if (left === 0) return true;
  }
  return false;
};

/** What the end of a connection is called, by whichever side and however orderly. */
const ENDS = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];

/** Queries as they come, until there were enough, or somebody has seen enough, or the server ends. */
export const tail = async (flags: TailFlags): Promise<void> => {
  const count = readCount(flags.count);
  const response = await followControl(flags.control, 'GET', pathOf(flags));
  let isEnough = false;
  const end = (): void => {
    isEnough = true;
    response.destroy();
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    if (await follow(response, count, flags.json)) end();
  } catch (error) {
    if (!ENDS.includes(codeOf(error))) throw error;
  }
  if (isEnough) return;
  process.stderr.write('dns-cache: the server has ended\n');
  process.exitCode = 1;
};
