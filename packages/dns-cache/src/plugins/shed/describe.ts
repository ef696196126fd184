import type { ShedValue } from './setup.ts';

export const describe = (_value: ShedValue): readonly string[] => ['shed'];
