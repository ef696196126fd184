import type { Socket } from 'node:net';

/** Cuts a TCP stream into messages (RFC 1035 §4.2.2). */
export const onMessages = (stream: Socket, take: (message: Uint8Array) => void): void => {
  let bytes = Buffer.alloc(0);
  stream.on('data', (more) => {
    bytes = Buffer.concat([bytes, more]);
    while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
      const end = 2 + bytes.readUInt16BE(0);
      const message = new Uint8Array(bytes.subarray(2, end));
      bytes = bytes.subarray(end);
      take(message);
    }
  });
};
