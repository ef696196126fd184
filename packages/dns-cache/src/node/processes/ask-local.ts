import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from '../../address.ts';
import { isIpv6 } from '../../address.ts';
import { reasonOf } from '../../reason.ts';
import { judgeAnswer, readinessQuestion } from '../readiness/question.ts';
import type { Asked, AskedAddress } from '../readiness/readiness.ts';

/** How long an answer is waited for, each time that it is asked; a probe of the kubelet waits for 1 s unless it says otherwise. */
const PATIENCE_MS = [200, 600] as const;

const MESSAGE_IDS = 0x10000;

type Heard = Extract<Asked, { kind: 'answered' | 'answered-by-another' }>['kind'];

/** Asks a local address over UDP, as any process of this network namespace would: by OUTPUT, `lo` and INPUT. */
const askOne = async (local: Endpoint): Promise<Asked> => {
  const socket = createSocket(isIpv6(local) ? 'udp6' : 'udp4');
  try {
    const begun = performance.now();
    socket.connect(local.port, local.address);
    await once(socket, 'connect');
    const id = randomInt(MESSAGE_IDS);
    const heard = new Promise<Heard>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (answer) => {
        const { address, port } = socket.address();
        const judged = judgeAnswer(answer, id, { address, port }, local);
        if (judged !== 'no-answer') resolve(judged === 'ours' ? 'answered' : 'answered-by-another');
      });
    });
    let afterMs = 0;
    for (const patienceMs of PATIENCE_MS) {
      socket.send(readinessQuestion(id));
      afterMs += patienceMs;
      const kind = await Promise.race([heard, new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs, undefined))]);
      if (kind === 'answered') return { kind, ms: performance.now() - begun };
      if (kind === 'answered-by-another') return { kind };
    }
    return { kind: 'silent', afterMs };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  } finally {
    socket.close();
  }
};

/** All of them at once. */
export const askLocally = (addresses: readonly string[], port: number): Promise<readonly AskedAddress[]> =>
  Promise.all(addresses.map(async (address) => ({ address, asked: await askOne({ address, port }) })));
