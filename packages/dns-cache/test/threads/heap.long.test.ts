import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';

const HEAP = new URL('../threads/heap.js', `file://${PROGRAM}`).href;

/** Works for a while, which grows the young generation, and then does nothing; tells its size, in octets, before and after. */
const WORKER = `
import { getHeapSpaceStatistics } from 'node:v8';
import { collectWhenIdle } from '${HEAP}';
const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
const kept = [];
for (let count = 0; count < 400_000; count += 1) kept[count % 50_000] = { count, text: String(count) };
const before = young();
collectWhenIdle(1000);
const begun = Date.now();
const look = () => {
  if (young() < before || Date.now() - begun > 30_000) console.log(JSON.stringify([before, young()]));
  else setTimeout(look, 200);
};
look();
`;

const INDEX = new URL('../index.js', `file://${PROGRAM}`).href;

/** Forwards 30,000 questions, then collects all that it can. */
const FORWARDER = `
import { createNameServer, encodeQuery, parseCorefile } from '${INDEX}';
const corefile = parseCorefile('. {\\n cache\\n forward . 127.0.0.1:5300\\n}', { file: 'Corefile' });
const server = createNameServer({ corefile, port: 53, readFile: () => '', random: () => 0.5 });
const [client, local] = [{ address: '127.0.0.1', port: 40000 }, { address: '127.0.0.1', port: 53 }];
const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 192, 0, 2, 1];
let now = 1000;
let answers = 0;
server.handle({ kind: 'start' }, now);
for (let query = 1; query <= 30_000; query += 1) {
  const message = encodeQuery({ id: query, name: 'n' + query + '.example.org.', type: 'A' });
  const ask = server.handle({ kind: 'query', query, transport: 'udp', client, local, message }, (now += 0.1)).find(({ kind }) => kind === 'ask');
  const reply = Uint8Array.from([...ask.message.subarray(0, message.length), ...record]);
  reply.set([0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0], 2);
  answers += server.handle({ kind: 'reply', exchange: ask.exchange, message: reply }, (now += 0.1)).filter(({ kind }) => kind === 'answer').length;
  // V8 finishes what it compiles beside between two events.
  if (query % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
}
gc();
gc();
// Which needs the server: else it would be collected as well.
console.log('answers: ' + answers, server.nextTimeout());
`;

describe('a server that has forwarded and is idle', () => {
  it('keeps what V8 has made of the code that asks upstreams', () => {
    const said = execFileSync(process.execPath, ['--expose-gc', '--trace-opt', '--trace-deopt', '--input-type=module', '-e', FORWARDER], { encoding: 'utf8', maxBuffer: 1 << 28 });
    expect(said).toContain('answers: 30000');
    const named = (pattern: RegExp): ReadonlySet<string | undefined> => new Set([...said.matchAll(pattern)].map(([, name]) => name));
    const made = named(/completed optimizing 0x\w+ <JSFunction (\S+)/g);
    const dropped = named(/SharedFunctionInfo ([^\s>]+)>.*weak objects/g);
    // Of `Race` and `Asking`; V8 chooses which of them it puts into others.
    const methods = ['advance', '#begin', '#nextAttemptAt', '#ask', '#hear', '#observe', '#takeReply', 'abandon'];
    expect(methods.filter((name) => made.has(name)).length).toBeGreaterThan(2);
    expect(methods.filter((name) => dropped.has(name))).toEqual([]);
  });
});

describe('a process that has worked and is idle', () => {
  it('gives back its young generation', () => {
    const [before, after] = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', WORKER], { encoding: 'utf8' })) as [number, number];
    expect(before).toBeGreaterThan(4 << 20);
    expect(after).toBeLessThan(before / 2);
  });
});
