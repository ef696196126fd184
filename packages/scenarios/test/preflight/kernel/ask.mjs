// Asks each PROTOCOL/ADDRESS/PORT at once, and prints those that answered, a line each.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** On one machine an answer comes at once, or never. */
const PATIENCE_MS = 1500;

const askUdp = (address, port) =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('message', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.connect(port, address, () => socket.send('?', () => undefined));
    setTimeout(() => resolve(false), PATIENCE_MS);
  });

const askTcp = (address, port) =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port }, () => socket.write('?'));
    socket.on('data', () => resolve(true));
    socket.on('error', () => resolve(false));
    setTimeout(() => resolve(false), PATIENCE_MS);
  });

await Promise.all(
  process.argv.slice(2).map(async (text) => {
    const [protocol, address, port] = text.split('/');
    const answered = await (protocol === 'udp' ? askUdp : askTcp)(address, Number(port));
    if (answered) process.stdout.write(`${text}\n`);
  }),
);
process.exit(0);
