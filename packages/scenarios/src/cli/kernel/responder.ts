import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import process from 'node:process';
import { readMessage } from '@nodelocal/dns-cache';
import { seededChance } from '@nodelocal/netfilter-sim';
import type { HeardQuery } from '../../kernel/kernel-view.ts';
import { createTreatment } from '../../run/treatment.ts';
import type { Treatment } from '../../run/treatment.ts';
import type { DnsServer, Habit } from '../../scenario/server.ts';
import { realTime } from './clock.ts';

/** What this program is told: in a file first, then a line of JSON for each change. */
export interface ResponderPlan {
  readonly servers: readonly DnsServer[];
  readonly seed: number;
}

export interface ResponderChange {
  readonly server: string;
  readonly habits: readonly Habit[];
}

/** The servers of a scenario on real sockets. It prints a line for each query that it hears, and one when it listens. */
const { servers, seed } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ResponderPlan;
const chance = seededChance(seed);
const clock = realTime();
const treatments = new Map<string, Treatment>();
const DNS_PORT = 53;

const heard = (query: HeardQuery): void => void process.stdout.write(`${JSON.stringify(query)}\n`);

const isQuery = (octets: Uint8Array): boolean => {
  const message = readMessage(octets);
  return message.kind === 'message' && !message.response;
};

const listenUdp = async ({ name }: DnsServer, address: string, { treat }: Treatment): Promise<void> => {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address: from, port }) => {
    if (isQuery(query)) heard({ server: name, transport: 'udp', from });
    treat({ server: address, transport: 'udp', query }, (message) =>
      // Whoever asks with an address that the network does not lead to hears nothing.
      socket.send(message, port, from, () => undefined),
    );
  });
  socket.bind({ address, port: DNS_PORT });
  await once(socket, 'listening');
};

const listenTcp = async ({ name }: DnsServer, address: string, { treat }: Treatment): Promise<void> => {
  const server = createServer((socket) => {
    let octets = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (more) => {
      octets = Buffer.concat([octets, more]);
      while (octets.length >= 2 && octets.length >= 2 + octets.readUInt16BE(0)) {
        const query = octets.subarray(2, 2 + octets.readUInt16BE(0));
        octets = octets.subarray(2 + query.length);
        heard({ server: name, transport: 'tcp', from: socket.remoteAddress ?? '' });
        treat({ server: address, transport: 'tcp', query }, (message) => {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(message.length);
          socket.write(Buffer.concat([length, message]));
        });
      }
    });
  }).listen({ host: address, port: DNS_PORT });
  await once(server, 'listening');
};

for (const server of servers) {
  const treatment = createTreatment({ clock, server, draw: (below) => chance.integer(below), forward: () => undefined });
  treatments.set(server.name, treatment);
  for (const address of server.addresses) {
    await listenUdp(server, address, treatment);
    await listenTcp(server, address, treatment);
  }
}
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { server, habits } = JSON.parse(line) as ResponderChange;
    treatments.get(server)?.change(habits);
  })
  .on('close', () => process.exit());
process.stdout.write('listening\n');
