// DNS servers for the tests beside the real resolvers: tell on standard output what they are asked, and do as told.
// Arguments: rules as JSON, the last octets of the addresses 127.0.0.x that listen. It reads messages by itself, so that
// the real resolvers are not seen through our own codec.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** As in respond.ts. */
const createResponder = (rules) => {
  const used = rules.map(() => 0);
  return (query) => {
    const fits = (rule, at) =>
      ['server', 'type', 'name', 'transport'].every((key) => rule[key] === undefined || rule[key] === query[key]) &&
      (rule.times === undefined || used[at] < rule.times);
    const index = rules.findIndex(fits);
    used[index] = (used[index] ?? 0) + 1;
    return rules[index]?.does ?? 'nxdomain';
  };
};

const respond = createResponder(JSON.parse(process.argv[2]));
const servers = JSON.parse(process.argv[3]);
const RCODE = { answer: 0, nodata: 0, lame: 0, truncated: 0, formerr: 1, servfail: 2, nxdomain: 3, notimp: 4, refused: 5 };
const TYPES = { 1: 'A', 28: 'AAAA' };
const ADDRESS = { A: Buffer.from([192, 0, 2, 1]), AAAA: Buffer.from('20010db8000000000000000000000001', 'hex') };

const read = (message) => {
  const labels = [];
  let at = 12;
  while (message[at] !== 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + message[at]));
    at += 1 + message[at];
  }
  const end = at + 5;
  const type = TYPES[message.readUInt16BE(at + 1)] ?? String(message.readUInt16BE(at + 1));
  const edns = message.readUInt16BE(10) > 0 ? message.readUInt16BE(end + 3) : undefined;
  return { name: `${labels.join('.')}.`, type, authenticated: (message[3] & 0x20) !== 0, edns, end };
};

const reply = (message, { type, end }, deed) => {
  const data = deed === 'answer' ? ADDRESS[type] : undefined;
  const head = Buffer.from(message.subarray(0, end));
  head[2] = 0x81 | (deed === 'truncated' ? 2 : 0);
  head[3] = (deed === 'lame' ? 0 : 0x80) | RCODE[deed];
  head.writeUInt16BE(data === undefined ? 0 : 1, 6);
  head.writeUInt32BE(0, 8);
  if (data === undefined) return head;
  const record = Buffer.from([0xc0, 12, ...message.subarray(end - 4, end), 0, 0, 0, 5, 0, data.length]);
  return Buffer.concat([head, record, data]);
};

const take = (server, transport, socket, message) => {
  const { end, ...query } = read(message);
  const asked = { server, transport, socket, ...query, atMs: Math.round(performance.now()) };
  process.stdout.write(`${JSON.stringify(asked)}\n`);
  const deed = respond(asked);
  return deed === 'silent' ? undefined : reply(message, { ...query, end }, deed);
};

const frames = (server, connection) => {
  let held = Buffer.alloc(0);
  connection.on('error', () => undefined);
  connection.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const size = held.readUInt16BE(0);
      const answer = take(server, 'tcp', connection.remotePort, held.subarray(2, 2 + size));
      held = held.subarray(2 + size);
      if (answer !== undefined) connection.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
    }
  });
};

const listening = servers.flatMap((server) => {
  const address = `127.0.0.${server}`;
  const udp = createSocket('udp4');
  udp.on('message', (message, from) => {
    const answer = take(server, 'udp', from.port, message);
    if (answer !== undefined) udp.send(answer, from.port, from.address);
  });
  return [
    new Promise((resolve) => udp.bind(53, address, resolve)),
    new Promise((resolve) => createServer((connection) => frames(server, connection)).listen(53, address, resolve)),
  ];
});
await Promise.all(listening);
process.stdout.write('ready\n');
