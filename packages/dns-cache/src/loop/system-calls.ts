import type * as koffiModule from 'koffi';
import { createRequire } from 'node:module';
import { constants, endianness, platform } from 'node:os';
import { arch, env } from 'node:process';
import { isMainThread } from 'node:worker_threads';

/*
 * The system calls that Node.js does not offer, and what it shows native code of its own loop. They are called through
 * koffi, which is optional: where it is missing, or the machine is another one, `node:dgram` does the work.
 *
 *   socket, bind, connect, setsockopt, getsockopt, close    sockets whose descriptors are ours
 *   listen, accept4, getsockname, shutdown                  connections that come
 *   fcntl                                                   a further descriptor of a socket
 *   sendmsg, recvmsg                                        descriptors for another process
 *   memfd_create, ftruncate, pread, pwrite                  memory that outlives the process
 *   recvmmsg, sendmmsg                                      many datagrams by one call
 *   recv, send                                              one datagram, or octets of a stream, of a connected socket
 *   epoll_create1, epoll_ctl, epoll_wait                    waits for many descriptors at once
 *   socketpair, write                                       the bell by which our loop has Node's call it again
 *   memset                                                  where memory of V8's is
 *   mallopt, malloc_trim                                    in how many places the C library holds memory; what nobody uses
 *   uv_*                                                    Node's loop: its descriptor, and when it has a timer due
 */

/** memfd_create(2). */
const MFD_CLOEXEC = 1;

/** fcntl(2): `F_DUPFD_CLOEXEC`. */
const DUPLICATE = 1030;

/** mallopt(3). */
const M_ARENA_MAX = -8;

/** For recv(2), send(2) and their likes: never wait. */
export const MSG_DONTWAIT = 0x40;

export interface SystemCalls {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly connect: (fd: number, address: Uint8Array, length: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly getsockopt: (fd: number, level: number, name: number, value: Int32Array, length: Int32Array) => number;
  readonly listen: (fd: number, backlog: number) => number;
  readonly accept: (fd: number, address: Uint8Array, length: Int32Array, flags: number) => number;
  readonly getsockname: (fd: number, address: Uint8Array, length: Int32Array) => number;
  readonly shutdown: (fd: number, how: number) => number;
  readonly close: (fd: number) => number;
  /** Another descriptor of the same, which programs that are started do not get; -1 where there is none to be had. */
  readonly duplicate: (fd: number) => number;
  readonly recv: (fd: number, data: Uint8Array, length: number, flags: number) => number;
  readonly send: (fd: number, data: Uint8Array, length: number, flags: number) => number;
  /** Memory without a name in the file system, of so many octets; -1 where there is none to be had. */
  readonly createMemory: (octets: number) => number;
  readonly pread: (fd: number, data: Uint8Array, length: number, at: number) => number;
  readonly pwrite: (fd: number, data: Uint8Array, length: number, at: number) => number;
  readonly sendmsg: (fd: number, header: Uint8Array, flags: number) => number;
  readonly recvmsg: (fd: number, header: Uint8Array, flags: number) => number;
  readonly recvmmsg: (fd: number, headers: unknown, count: number, flags: number, timeout: null) => number;
  readonly sendmmsg: (fd: number, headers: unknown, count: number, flags: number) => number;
  readonly epollCreate: (flags: number) => number;
  readonly epollControl: (epoll: number, operation: number, fd: number, event: Uint8Array) => number;
  readonly epollWait: (epoll: number, events: Uint8Array, count: number, timeoutMs: number) => number;
  readonly socketpair: (domain: number, type: number, protocol: number, fds: Int32Array) => number;
  readonly write: (fd: number, data: Uint8Array, length: number) => number;
  /** Node's own loop. */
  readonly node: {
    /** Can be read when something awaits Node.js. */
    readonly fd: number;
    /** For how many milliseconds Node.js has nothing to do by itself, from the time that it was told last; -1 is for ever. */
    readonly timeoutMs: () => number;
    /** Has it read its clock. */
    readonly tellTime: () => void;
  };
  /** Memory that stays where it is as long as anybody holds it, and where that is. */
  readonly allocate: (octets: number) => { readonly pointer: unknown; readonly address: bigint; readonly memory: ArrayBuffer };
  /** Has the C library keep memory in so many places at most; nothing where it knows no such thing. */
  readonly limitArenas: (most: number) => void;
  /** Has the C library give back what it holds and nobody uses; nothing where it knows no such thing. */
  readonly trimMemory: () => void;
  /** `EADDRINUSE` and the like, of the call before. */
  readonly lastError: () => string;
  readonly errorName: (errno: number) => string;
}

type Koffi = typeof koffiModule;
type KoffiLibrary = ReturnType<Koffi['load']>;

/** Some numbers have two names, of which the usual one comes first (`EAGAIN`, `EWOULDBLOCK`). */
const ERROR_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(constants.errno).toReversed().map(([name, errno]) => [errno, name]));
const errorName = (errno: number): string => ERROR_NAMES.get(errno) ?? `E${errno}`;

/** What a C library may lack. */
const optional = <Call>(bind: () => Call): Call | undefined => {
  try {
    return bind();
  } catch {
    return undefined;
  }
};

/** The loop of the thread that asks: what node.h and v8-isolate.h have for native code, by the names that C++ gives them. */
const loopOfThread = (process: KoffiLibrary): unknown => {
  if (isMainThread) return process.func('void *uv_default_loop()')();
  const currentIsolate = process.func('_ZN2v87Isolate10GetCurrentEv', 'void *', []);
  const currentLoop = process.func('_ZN4node19GetCurrentEventLoopEPN2v87IsolateE', 'void *', ['void *']);
  return currentLoop(currentIsolate());
};

const bindings = (koffi: Koffi): SystemCalls => {
  // Node's own symbols, and those of the C library that it is linked with.
  const process = koffi.load(null);
  const uv = loopOfThread(process);
  const updateTime = process.func('void uv_update_time(void *)');
  const backendTimeout = process.func('int uv_backend_timeout(void *)');
  const memset = process.func('void *memset(void *, int, size_t)');
  const memfdCreate = process.func('int memfd_create(const char *, unsigned int)');
  const truncate = process.func('int ftruncate(int, long)');
  const close = process.func('int close(int)');
  const fcntl = process.func('int fcntl(int, int, int)');
  // Glibc's own.
  const trim = optional(() => process.func('int malloc_trim(size_t)'));
  const option = optional(() => process.func('int mallopt(int, int)'));
  return {
    socket: process.func('int socket(int, int, int)'),
    bind: process.func('int bind(int, void *, int)'),
    connect: process.func('int connect(int, void *, int)'),
    setsockopt: process.func('int setsockopt(int, int, int, void *, int)'),
    getsockopt: process.func('int getsockopt(int, int, int, void *, void *)'),
    listen: process.func('int listen(int, int)'),
    accept: process.func('int accept4(int, void *, void *, int)'),
    getsockname: process.func('int getsockname(int, void *, void *)'),
    shutdown: process.func('int shutdown(int, int)'),
    close,
    duplicate: (fd) => fcntl(fd, DUPLICATE, 0) as number,
    recv: process.func('long recv(int, void *, long, int)'),
    send: process.func('long send(int, void *, long, int)'),
    createMemory(octets) {
      const fd = memfdCreate('dns-cache', MFD_CLOEXEC) as number;
      if (fd < 0 || truncate(fd, octets) === 0) return fd;
      close(fd);
      return -1;
    },
    pread: process.func('long pread(int, void *, long, long)'),
    pwrite: process.func('long pwrite(int, void *, long, long)'),
    sendmsg: process.func('long sendmsg(int, void *, int)'),
    recvmsg: process.func('long recvmsg(int, void *, int)'),
    recvmmsg: process.func('int recvmmsg(int, void *, unsigned int, int, void *)'),
    sendmmsg: process.func('int sendmmsg(int, void *, unsigned int, int)'),
    epollCreate: process.func('int epoll_create1(int)'),
    epollControl: process.func('int epoll_ctl(int, int, int, void *)'),
    epollWait: process.func('int epoll_wait(int, void *, int, int)'),
    socketpair: process.func('int socketpair(int, int, int, void *)'),
    write: process.func('long write(int, void *, long)'),
    node: {
      fd: process.func('int uv_backend_fd(void *)')(uv) as number,
      timeoutMs: () => backendTimeout(uv) as number,
      tellTime: () => void updateTime(uv),
    },
    allocate(octets) {
      const memory = new ArrayBuffer(octets);
      // Nothing is set: it gives back where it was to be.
      const pointer = memset(new Uint8Array(memory), 0, 0) as object;
      return { pointer, address: koffi.address(pointer), memory };
    },
    limitArenas: (most) => void option?.(M_ARENA_MAX, most),
    trimMemory: () => void trim?.(0),
    lastError: () => errorName(koffi.errno()),
    errorName,
  };
};

/** `off` has Node's own sockets do the work in any case. */
const SWITCH = 'DNS_CACHE_LOOP';

/** The layouts in this folder are those of 64-bit little-endian Linux. */
const isSupported = (): boolean => platform() === 'linux' && endianness() === 'LE' && (arch === 'x64' || arch === 'arm64');

const load = (): SystemCalls | undefined => {
  if (!isSupported()) return undefined;
  try {
    return bindings(createRequire(import.meta.url)('koffi') as Koffi);
  } catch {
    // Not installed, no build of it for this machine, or a Node.js that hides its loop: that it is missing is the answer.
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

/** This thread makes them in another way from here on. */
export const adaptSystemCalls = (adapt: (calls: SystemCalls) => SystemCalls): void => {
  const calls = systemCalls();
  loaded = calls && adapt(calls);
};
