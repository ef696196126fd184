// A DNS server for the glibc test: tells on standard output what it is asked, and answers as told.
// Arguments: the built dns-cache, and "silent", "nxdomain", "servfail", "refused" or a name that has an address.
import { createSocket } from 'node:dgram';

const [, , library, mode] = process.argv;
const { readMessage, encodeResponse } = await import(library);
const socket = createSocket('udp4');
socket.on('message', (bytes, from) => {
  const { id, question } = readMessage(bytes);
  process.stdout.write(`${JSON.stringify({ name: question.name, type: question.type, port: from.port, atMs: Math.round(performance.now()) })}\n`);
  if (mode === 'silent') return;
  const found = question.name === mode && question.type === 'A';
  const answers = found ? [{ name: mode, type: 'A', ttlSeconds: 5, data: { kind: 'address', address: '192.0.2.1' } }] : [];
  const rcode = mode === 'servfail' ? 'SERVFAIL' : mode === 'refused' ? 'REFUSED' : question.name === mode ? 'NOERROR' : 'NXDOMAIN';
  socket.send(encodeResponse({ id, question, rcode, answers, recursionAvailable: true }), from.port, from.address);
});
socket.bind(53, '127.0.0.1', () => process.stdout.write('ready\n'));
