import type { MultisocketValue } from './setup.ts';

export const describe = ({ threads }: MultisocketValue): readonly string[] => [`multisocket ${threads}`];
