import type { LoopValue } from './setup.ts';

export const describe = ({ text }: LoopValue): readonly string[] => [`loop in ${text}`];
