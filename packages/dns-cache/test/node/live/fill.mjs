// A client for tests: node fill.mjs ADDRESS PREFIX SUFFIX COUNT. Asks for PREFIX-N.SUFFIX, each until it is answered, some at once;
// ends when all are, and says how many.
import { createSocket } from 'node:dgram';

const [address, prefix, suffix, count] = process.argv.slice(2);
const AT_ONCE = 100;
const PATIENCE_MS = 1000;

const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
/** When to ask again, by number; an identifier is a number's last 16 bits, and so many are not under way at once. */
const waiting = new Map();
let [next, answered] = [0, 0];

const question = (number) => {
  const labels = [`${prefix}-${number}`, ...suffix.split('.')].map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([Buffer.from([(number >> 8) & 0xff, number & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, 1, 0, 1])]);
};

const ask = (number) => {
  waiting.set(number & 0xffff, { number, timer: setTimeout(ask, PATIENCE_MS, number) });
  socket.send(question(number), 53, address);
};

const askMore = () => {
  while (waiting.size < AT_ONCE && next < Number(count)) ask(next++);
};

socket.on('message', (answer) => {
  const id = answer.readUInt16BE(0);
  const asked = waiting.get(id);
  if (asked === undefined) return;
  clearTimeout(asked.timer);
  waiting.delete(id);
  answered += 1;
  askMore();
  if (answered < Number(count)) return;
  process.stdout.write(`${answered}\n`);
  socket.close();
});
askMore();
