import { MSG_DONTWAIT } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

/*
 * Descriptors for another process, over a datagram socket in the file system (unix(7), SCM_RIGHTS): whoever gets them has the
 * same sockets, with all that has come to them.
 */

const AF_UNIX = 1;
const DATAGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CMSG_CLOEXEC = 0x40000000;

/** unix(7): with the octet that ends it. */
const PATH_OCTETS_MAX = 108;

/** scm.h: `SCM_MAX_FD`. */
const DESCRIPTORS_MAX = 253;
const TEXT_OCTETS_MAX = 65_536;

/** Where the parts lie, of 64-bit Linux: `struct iovec`, `struct msghdr`, `struct cmsghdr` and its descriptors, the text. */
const AT = { part: 0, header: 16, control: 80, text: 80 + 16 + 4 * (DESCRIPTORS_MAX + 1) } as const;
const HEADER_OCTETS = 56;
const CONTROL_HEADER_OCTETS = 16;

class PathTooLongError extends Error {
  constructor(path: string) {
    super(`${path}: a socket's path may have ${PATH_OCTETS_MAX - 1} octets; use a shorter folder`);
    this.name = 'PathTooLongError';
  }
}

/** `struct sockaddr_un`. @throws Error where the path is too long */
const unixName = (path: string): Uint8Array => {
  const octets = new TextEncoder().encode(path);
  if (octets.length >= PATH_OCTETS_MAX) throw new PathTooLongError(path);
  const name = new Uint8Array(2 + PATH_OCTETS_MAX);
  name[0] = AF_UNIX;
  name.set(octets, 2);
  return name;
};

/** Memory for one message: its header points to the other parts. */
const createMessage = (calls: SystemCalls) => {
  const { memory, address } = calls.allocate(AT.text + TEXT_OCTETS_MAX);
  const view = new DataView(memory);
  const point = (at: number, to: number): void => view.setBigUint64(at, address + BigInt(to), true);
  point(AT.part, AT.text);
  point(AT.header + 16, AT.part);
  view.setBigUint64(AT.header + 24, 1n, true);
  point(AT.header + 32, AT.control);
  return {
    view,
    header: new Uint8Array(memory, AT.header, HEADER_OCTETS),
    text: new Uint8Array(memory, AT.text, TEXT_OCTETS_MAX),
    setTextOctets: (octets: number) => view.setBigUint64(AT.part + 8, BigInt(octets), true),
    setControlOctets: (octets: number) => view.setBigUint64(AT.header + 40, BigInt(octets), true),
  };
};

/** Sends a text and descriptors to whoever receives there; `ENOENT` and the like where that fails. @throws Error where the path is too long */
export const sendDescriptors = (calls: SystemCalls, path: string, text: string, fds: readonly number[]): string | undefined => {
  const { view, header, text: into, setTextOctets, setControlOctets } = createMessage(calls);
  setTextOctets(new TextEncoder().encodeInto(text, into).written);
  const controlOctets = CONTROL_HEADER_OCTETS + 4 * fds.length;
  setControlOctets(controlOctets);
  view.setBigUint64(AT.control, BigInt(controlOctets), true);
  view.setInt32(AT.control + 8, SOL_SOCKET, true);
  view.setInt32(AT.control + 12, SCM_RIGHTS, true);
  for (const [index, fd] of fds.entries()) view.setInt32(AT.control + CONTROL_HEADER_OCTETS + 4 * index, fd, true);
  const socket = calls.socket(AF_UNIX, DATAGRAM_NONBLOCK_CLOEXEC, 0);
  if (socket < 0) return calls.lastError();
  const name = unixName(path);
  const sent = calls.connect(socket, name, name.length) === 0 ? calls.sendmsg(socket, header, MSG_DONTWAIT) : -1;
  const error = sent < 0 ? calls.lastError() : undefined;
  calls.close(socket);
  return error;
};

interface ReceivedDescriptors {
  readonly text: string;
  readonly fds: readonly number[];
}

/** Awaits one message. */
export interface DescriptorReceiver {
  /** `undefined`: it has not come yet. */
  receive(): ReceivedDescriptors | undefined;
  close(): void;
}

/** @returns the error's name where it cannot be opened @throws Error where the path is too long */
export const openDescriptorReceiver = (calls: SystemCalls, path: string): DescriptorReceiver | string => {
  const name = unixName(path);
  const socket = calls.socket(AF_UNIX, DATAGRAM_NONBLOCK_CLOEXEC, 0);
  if (socket < 0) return calls.lastError();
  if (calls.bind(socket, name, name.length) !== 0) {
    const error = calls.lastError();
    calls.close(socket);
    return error;
  }
  const { view, header, text, setTextOctets, setControlOctets } = createMessage(calls);
  return {
    receive() {
      setTextOctets(TEXT_OCTETS_MAX);
      setControlOctets(CONTROL_HEADER_OCTETS + 4 * DESCRIPTORS_MAX);
      const octets = calls.recvmsg(socket, header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
      if (octets < 0) return undefined;
      const hasDescriptors = view.getBigUint64(AT.header + 40, true) >= BigInt(CONTROL_HEADER_OCTETS) && view.getInt32(AT.control + 12, true) === SCM_RIGHTS;
      const count = hasDescriptors ? (Number(view.getBigUint64(AT.control, true)) - CONTROL_HEADER_OCTETS) / 4 : 0;
      const fds = Array.from({ length: count }, (_, index) => view.getInt32(AT.control + CONTROL_HEADER_OCTETS + 4 * index, true));
      return { text: new TextDecoder().decode(text.slice(0, octets)), fds };
    },
    close: () => void calls.close(socket),
  };
};
