import type { Endpoint } from '../address.ts';
import type { Share } from '../message/share.ts';
import type { Opened } from './open.ts';
import { openBound, sharePort } from './open.ts';
import { steeringProgram } from './steering.ts';
import type { SystemCalls } from './system-calls.ts';

const SOL_SOCKET = 1;
const SO_ATTACH_REUSEPORT_CBPF = 51;

/** `struct sock_fprog`: how many instructions, and where they are. */
const FPROG = { octets: 16, pointer: 8 } as const;

/** A `struct sock_fprog`, and the memory that it points to, which stays as long as somebody holds it. */
interface Program {
  readonly described: Uint8Array;
  readonly memory: ArrayBuffer;
}

/** Each share has one, for good. */
const programs = new Map<string, Program>();

const programFor = (calls: SystemCalls, share: Share): Program => {
  const name = `${share.threads} ${share.seed}`;
  const known = programs.get(name);
  if (known !== undefined) return known;
  const { count, octets } = steeringProgram(share);
  const { memory, address } = calls.allocate(octets.length);
  new Uint8Array(memory).set(octets);
  const program = new DataView(new ArrayBuffer(FPROG.octets));
  program.setUint16(0, count, true);
  program.setBigUint64(FPROG.pointer, address, true);
  const made = { described: new Uint8Array(program.buffer), memory };
  programs.set(name, made);
  return made;
};

export type SharedPort =
  /** A socket for each thread, in their order: the kernel gives each the datagrams of its names. */
  | { readonly kind: 'opened'; readonly fds: readonly number[] }
  | Exclude<Opened, { kind: 'opened' }>;

export const openShared = (calls: SystemCalls, endpoint: Endpoint, share: Share): SharedPort => {
  const fds: number[] = [];
  /** Whoever binds first brings the program for all. */
  const steers = (fd: number): number =>
    fds.length > 0 ? 0 : calls.setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, programFor(calls, share).described, FPROG.octets);
  for (let thread = 0; thread < share.threads; thread += 1) {
    const opened = openBound(calls, endpoint, sharePort(calls), steers);
    if (opened.kind !== 'opened') {
      for (const fd of fds) calls.close(fd);
      return opened;
    }
    fds.push(opened.fd);
  }
  return { kind: 'opened', fds };
};
