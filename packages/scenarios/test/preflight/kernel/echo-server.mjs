// Answers whatever comes: ADDRESS... gets a UDP and a TCP socket on port 53 each, the first a TCP socket on 8080 too.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const addresses = process.argv.slice(2);
const listenTcp = async (host, port) => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  }).listen({ host, port });
  await once(server, 'listening');
};
for (const address of addresses) {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address: from }) => socket.send(message, port, from, () => undefined));
  socket.bind({ address, port: 53 });
  await once(socket, 'listening');
  await listenTcp(address, 53);
}
await listenTcp(addresses[0], 8080);
process.stdout.write('listening\n');
