// Clients for tests: node load.mjs ADDRESS PER_SECOND udp|tcp. Each query has a socket of its own, as a stub resolver's has; every
// second one asks for a name that nobody asked before. Ends at SIGTERM, and says in JSON what became of all of them; `outageMs` is
// the longest time in which none was answered.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

const [address, perSecond, transport] = process.argv.slice(2);
/** A stub resolver would ask again by then, or its application has given up. */
const PATIENCE_MS = 3000;
const LATE_MS = 100;
const CACHED_NAMES = 20;

const result = { sent: 0, answered: 0, late: 0, lost: 0, refused: 0, worstMs: 0, outageMs: 0 };
/** When each query was asked, and whether it was answered. */
const asked = [];
let isOver = false;

const question = (id, name) => {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const header = Buffer.from([id >> 8, id & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
};

const overUdp = (message, done) => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => done('refused'));
  socket.on('message', (answer) => done((answer[3] & 15) === 0 ? 'answered' : 'refused'));
  // Connected, it hears when nobody listens.
  socket.connect(53, address, () => socket.send(message));
  return () => socket.close();
};

const overTcp = (message, done) => {
  const socket = connect(53, address);
  socket.on('error', () => done('refused'));
  socket.on('close', () => done('refused'));
  socket.on('data', (chunk) => done((chunk[5] & 15) === 0 ? 'answered' : 'refused'));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
  return () => socket.destroy();
};

const longestOutage = () => {
  let [longest, failedAt] = [0, undefined];
  for (const [at, isAnswered] of asked.toSorted(([one], [other]) => one - other)) {
    if (!isAnswered) failedAt ??= at;
    if (failedAt !== undefined) longest = Math.max(longest, at - failedAt);
    if (isAnswered) failedAt = undefined;
  }
  return Math.round(longest);
};

const ask = () => {
  result.sent += 1;
  const number = result.sent;
  const name = number % 2 === 0 ? `cached${number % CACHED_NAMES}.cluster.local` : `new${number}-${process.pid}.cluster.local`;
  const at = performance.now();
  let isDone = false;
  const done = (how) => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    close();
    result[how] += 1;
    const ms = performance.now() - at;
    if (how === 'answered') {
      result.worstMs = Math.max(result.worstMs, Math.round(ms));
      if (ms > LATE_MS) result.late += 1;
    }
    asked.push([at, how === 'answered']);
    if (isOver && result.sent === result.answered + result.lost + result.refused) {
      result.outageMs = longestOutage();
      process.stdout.write(`${JSON.stringify(result)}\n`);
      process.exit();
    }
  };
  const timer = setTimeout(() => done('lost'), PATIENCE_MS);
  const close = (transport === 'tcp' ? overTcp : overUdp)(question(number & 0xffff, name), done);
};

const asking = setInterval(ask, 1000 / Number(perSecond));
process.on('SIGTERM', () => {
  clearInterval(asking);
  isOver = true;
  ask();
});
ask();
process.stdout.write('ready\n');
