/** Numbers in octets; whoever asks has looked whether they are there. */
export interface Octets {
  readonly length: number;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  u64(at: number): number;
  part(from: number, until: number): Uint8Array;
}

export const octetsOf = (bytes: Uint8Array, isLittle = false): Octets => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    length: bytes.length,
    u8: (at) => view.getUint8(at),
    u16: (at) => view.getUint16(at, isLittle),
    u32: (at) => view.getUint32(at, isLittle),
    u64: (at) => Number(view.getBigUint64(at, isLittle)),
    part: (from, until) => bytes.subarray(from, until),
  };
};
