import { hex, UINT32_MAX } from './numbers.ts';

export interface MarkAndMask {
  readonly value: number;
  readonly mask: number;
}

export const printMark = ({ value, mask }: MarkAndMask): string =>
  mask === UINT32_MAX ? hex(value) : `${hex(value)}/${hex(mask)}`;
