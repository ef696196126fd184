// A pod's lookups for tests: node lookup.mjs ADDRESS TIMES. As glibc does it: for each name of the search list A and AAAA from one
// socket. Says for each how many answers came.
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

const [address, times] = process.argv.slice(2);
const NAMES = ['kubernetes.default.default.svc.cluster.local', 'kubernetes.default.svc.cluster.local'];
const TYPES = { A: 1, AAAA: 28 };
const PATIENCE_MS = 1000;

const question = (id, name, type) => {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([Buffer.from([0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, type, 0, 1])]);
};

let answers = 0;
for (let time = 0; time < Number(times); time += 1) {
  for (const name of NAMES) {
    const socket = createSocket('udp4');
    let came = 0;
    const all = new Promise((resolve) => {
      socket.on('error', resolve);
      socket.on('message', () => {
        came += 1;
        if (came === 2) resolve();
      });
    });
    for (const [id, type] of Object.values(TYPES).entries()) socket.send(question(id, name, type), 53, address);
    await Promise.race([all, sleep(PATIENCE_MS)]);
    socket.close();
    answers += came;
  }
}
process.stdout.write(`${answers}\n`);
process.exit();
