import type { RootValue } from './setup.ts';

export const describe = ({ text }: RootValue): readonly string[] => [`root ${text}`];
