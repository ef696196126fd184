// A DNS server for tests: node kube-dns.mjs ADDRESS TAG. Over UDP and TCP it answers whatever A is asked with 192.0.2.TAG, what
// begins with `slow` after 300 ms, what begins with `big-` by as many records as UDP takes; of what begins with `no-` it says that
// there is no such name. Each name that it was asked is a line of its output, with how it was asked.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [address, tag] = process.argv.slice(2);
const TTL_SECONDS = 30;

/** Records of the name that was asked: its address, or the SOA of a zone that has none (RFC 2308 §2.2). */
const ADDRESS = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, TTL_SECONDS, 0, 4, 192, 0, 2, Number(tag)]);
const NOTHING = Buffer.from([0xc0, 12, 0, 6, 0, 1, 0, 0, 0, TTL_SECONDS, 0, 22, 0, 0, ...Array.from({ length: 5 }, () => [0, 0, 0, TTL_SECONDS]).flat()]);

const nameIn = (query) => {
  const labels = [];
  for (let at = 12; query[at] > 0; at += 1 + query[at]) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
  return labels.join('.');
};

/** Under 1232 octets with any name that a test has. */
const BIG_RECORDS = 70;

const answerTo = (query) => {
  let end = 12;
  while (query[end] > 0) end += 1 + query[end];
  end += 5;
  const isAddress = query.readUInt16BE(end - 4) === 1;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8580, 2);
  const name = nameIn(query);
  const has = name.startsWith('no-') || !isAddress ? 0 : name.startsWith('big-') ? BIG_RECORDS : 1;
  if (name.startsWith('no-')) header.writeUInt16BE(0x8583, 2);
  header.writeUInt16BE(has, 6);
  header.writeUInt16BE(has === 0 ? 1 : 0, 8);
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, query.subarray(12, end), ...(has === 0 ? [NOTHING] : Array(has).fill(ADDRESS))]);
};

const take = (how, query, send) => {
  const name = nameIn(query);
  process.stdout.write(`${how} ${name}\n`);
  setTimeout(() => send(answerTo(query)), name.startsWith('slow') ? 300 : 0);
};

const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
udp.on('message', (query, from) => take('udp', query, (answer) => udp.send(answer, from.port, from.address)));
udp.bind(53, address, () => {
  const tcp = createServer((socket) => {
    let waiting = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const end = 2 + waiting.readUInt16BE(0);
        take('tcp', waiting.subarray(2, end), (answer) => {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(answer.length);
          if (socket.writable) socket.write(Buffer.concat([length, answer]));
        });
        waiting = waiting.subarray(end);
      }
    });
  });
  tcp.listen(53, address, () => process.stdout.write('ready\n'));
});
