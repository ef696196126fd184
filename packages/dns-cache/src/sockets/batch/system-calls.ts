import type * as koffiModule from 'koffi';
import { createRequire } from 'node:module';
import { endianness, platform } from 'node:os';
import { arch, env } from 'node:process';
import { getSystemErrorName } from 'node:util';

/*
 * The system calls that Node.js does not offer: many datagrams by one call (recvmmsg(2), sendmmsg(2)). They are called
 * through koffi, which is optional: where it is missing, or the machine is another one, `node:dgram` does the work.
 */

export interface SystemCalls {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly close: (fd: number) => number;
  readonly recvmmsg: (fd: number, headers: unknown, count: number, flags: number, timeout: null) => number;
  readonly sendmmsg: (fd: number, headers: unknown, count: number, flags: number) => number;
  /** Memory that stays where it is, and where that is. */
  readonly allocate: (octets: number) => { readonly pointer: unknown; readonly address: bigint; readonly memory: ArrayBuffer };
  /** `EADDRINUSE` and the like, of the call before. */
  readonly lastError: () => string;
}

type Koffi = typeof koffiModule;

const bindings = (koffi: Koffi): SystemCalls => {
  const libc = koffi.load('libc.so.6');
  return {
    socket: libc.func('int socket(int, int, int)'),
    bind: libc.func('int bind(int, void *, int)'),
    setsockopt: libc.func('int setsockopt(int, int, int, void *, int)'),
    close: libc.func('int close(int)'),
    recvmmsg: libc.func('int recvmmsg(int, void *, unsigned int, int, void *)'),
    sendmmsg: libc.func('int sendmmsg(int, void *, unsigned int, int)'),
    allocate(octets) {
      const pointer: unknown = koffi.alloc('uint8_t', octets);
      return { pointer, address: koffi.address(pointer), memory: koffi.view(pointer, octets) };
    },
    lastError: () => getSystemErrorName(-koffi.errno()),
  };
};

/** `off` has `node:dgram` do the work in any case. */
const SWITCH = 'DNS_CACHE_BATCH';

/** The layout in `arena.ts` is that of glibc on 64-bit little-endian machines. */
const isSupported = (): boolean =>
  platform() === 'linux' && endianness() === 'LE' && (arch === 'x64' || arch === 'arm64');

const load = (): SystemCalls | undefined => {
  if (!isSupported()) return undefined;
  try {
    return bindings(createRequire(import.meta.url)('koffi') as Koffi);
  } catch {
    // Not installed, no build of it for this machine, or another C library: that it is missing is the answer.
    return undefined;
  }
};

let loaded: SystemCalls | undefined;
let tried = false;

/** `undefined` where they are not to be had. */
export const systemCalls = (): SystemCalls | undefined => {
  if (env[SWITCH] === 'off') return undefined;
  if (!tried) loaded = load();
  tried = true;
  return loaded;
};
