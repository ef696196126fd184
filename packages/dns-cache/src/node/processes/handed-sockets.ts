import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../address.ts';
import { endpointText } from '../../address.ts';
import type { InheritedSocket } from '../../loop/inherited.ts';
import type { Opened } from '../../loop/open.ts';
import { openBound, openListening, sharePort } from '../../loop/open.ts';
import type { SystemCalls } from '../../loop/system-calls.ts';
import { listenErrorOf } from '../../sockets/listen-error.ts';

/** An IPv6 address that another program put on the link is tentative for so long at most (RFC 4862 §5.4: 1 s, some add a delay). */
const TENTATIVE_MAX_MS = 5000;
const TENTATIVE_LOOK_MS = 100;

const openOne = (calls: SystemCalls, transport: InheritedSocket['transport'], endpoint: Endpoint): Opened => {
  const share = sharePort(calls);
  return transport === 'udp' ? openBound(calls, endpoint, share) : openListening(calls, endpoint, true, share);
};

/** @throws ListenError */
const openPatiently = async (calls: SystemCalls, transport: InheritedSocket['transport'], endpoint: Endpoint): Promise<number> => {
  for (let waitedMs = 0; ; waitedMs += TENTATIVE_LOOK_MS) {
    const opened = openOne(calls, transport, endpoint);
    if (opened.kind === 'opened') return opened.fd;
    const code = opened.kind === 'failed' ? opened.code : 'EINVAL';
    if (code !== 'EADDRNOTAVAIL' || waitedMs >= TENTATIVE_MAX_MS) throw listenErrorOf(endpoint, transport, code);
    await sleep(TENTATIVE_LOOK_MS);
  }
};

/** The sockets that outlive the servers: over TCP and UDP at each address. */
export interface HandedSockets {
  readonly sockets: readonly InheritedSocket[];
  /** Lets go of these, which no server reads. */
  release(some: readonly InheritedSocket[]): void;
  close(): void;
}

/**
 * @param known some that are open already, of an agent before; those that are not wanted any more are closed
 * @throws ListenError; then none is left open
 */
export const openHandedSockets = async (
  calls: SystemCalls,
  endpoints: readonly Endpoint[],
  known: readonly InheritedSocket[],
): Promise<HandedSockets> => {
  const isAt = (transport: InheritedSocket['transport'], endpoint: Endpoint) => (one: InheritedSocket): boolean =>
    one.transport === transport && endpointText(one.endpoint) === endpointText(endpoint);
  let sockets: readonly InheritedSocket[] = [];
  try {
    for (const endpoint of endpoints) {
      for (const transport of ['tcp', 'udp'] as const) {
        const fd = known.find(isAt(transport, endpoint))?.fd ?? (await openPatiently(calls, transport, endpoint));
        sockets = [...sockets, { place: sockets.length, transport, endpoint, fd }];
      }
    }
  } catch (error) {
    for (const fd of new Set([...sockets, ...known].map((one) => one.fd))) calls.close(fd);
    throw error;
  }
  for (const { fd } of known) if (!sockets.some((one) => one.fd === fd)) calls.close(fd);
  const closeAll = (some: readonly InheritedSocket[]): void => {
    for (const { fd } of some) calls.close(fd);
  };
  const isAmong = (some: readonly InheritedSocket[]) => (one: InheritedSocket): boolean => some.some(isAt(one.transport, one.endpoint));
  return {
    get sockets() {
      return sockets;
    },
    release(some) {
      closeAll(sockets.filter(isAmong(some)));
      sockets = sockets.filter((one) => !isAmong(some)(one));
    },
    close() {
      closeAll(sockets);
      sockets = [];
    },
  };
};
