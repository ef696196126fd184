import type { ClientsValue } from './setup.ts';

export const describe = ({ bits, series }: ClientsValue): readonly string[] => [`clients prefix ${bits.ipv4} ${bits.ipv6} series ${series}`];
