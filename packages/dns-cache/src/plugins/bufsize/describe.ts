import type { BufsizeValue } from './setup.ts';

export const describe = (octets: BufsizeValue): readonly string[] => [`bufsize ${octets}`];
