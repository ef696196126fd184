import { HEADER_OCTETS } from '../message/header.ts';
import type { Share } from '../message/share.ts';
import { CASE_BIT, FNV_PRIME, SHARED_BY_OCTETS } from '../message/share.ts';

/*
 * The program by which the kernel finds the socket of a datagram among those that share an address (socket(7),
 * SO_ATTACH_REUSEPORT_CBPF): classic BPF (linux/filter.h), which begins at the payload, has no loops, and gives 0 where it
 * reads behind the end. It computes what `threadOf` does, with the hash in X.
 */
const LOAD_OCTET = 0x30;
const LOAD_X = 0x01;
const JUMP_IF_EQUAL = 0x15;
const JUMP = 0x05;
const OR = 0x44;
const XOR_X = 0xac;
const MULTIPLY = 0x24;
const SHIFT_RIGHT = 0x74;
const MODULO = 0x94;
const A_TO_X = 0x07;
const X_TO_A = 0x87;
const RETURN_A = 0x16;

/** `struct sock_filter`. */
interface Instruction {
  readonly code: number;
  readonly ifTrue?: number;
  readonly ifFalse?: number;
  readonly k?: number;
}

const INSTRUCTION_OCTETS = 8;

/** For one octet of the name; behind the last one it jumps over so many instructions. */
const octetOf = (at: number, left: number): readonly Instruction[] => [
  { code: LOAD_OCTET, k: at },
  { code: JUMP_IF_EQUAL, k: 0, ifTrue: 0, ifFalse: 1 },
  { code: JUMP, k: left },
  { code: OR, k: CASE_BIT },
  { code: XOR_X },
  { code: MULTIPLY, k: FNV_PRIME },
  { code: A_TO_X },
];

const OCTET_INSTRUCTIONS = octetOf(0, 0).length;

/** Behind the jump of an octet: the rest of its own instructions, and all those of the octets that follow. */
const instructionsLeft = (octet: number): number => OCTET_INSTRUCTIONS - 3 + (SHARED_BY_OCTETS - 1 - octet) * OCTET_INSTRUCTIONS;

const instructions = ({ threads, seed }: Share): readonly Instruction[] => [
  { code: LOAD_X, k: seed >>> 0 },
  ...Array.from({ length: SHARED_BY_OCTETS }, (_, octet) => octetOf(HEADER_OCTETS + octet, instructionsLeft(octet))).flat(),
  { code: X_TO_A },
  { code: SHIFT_RIGHT, k: 16 },
  { code: XOR_X },
  { code: MODULO, k: threads },
  { code: RETURN_A },
];

/** The program as the kernel takes it: an array of `struct sock_filter`. */
export const steeringProgram = (share: Share): { readonly count: number; readonly octets: Uint8Array } => {
  const program = instructions(share);
  const view = new DataView(new ArrayBuffer(program.length * INSTRUCTION_OCTETS));
  for (const [index, { code, ifTrue = 0, ifFalse = 0, k = 0 }] of program.entries()) {
    const at = index * INSTRUCTION_OCTETS;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, k, true);
  }
  return { count: program.length, octets: new Uint8Array(view.buffer) };
};
