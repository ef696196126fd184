import type { ErrorsValue } from './setup.ts';

export const describe = ({ destination }: ErrorsValue): readonly string[] => [`errors ${destination}`];
