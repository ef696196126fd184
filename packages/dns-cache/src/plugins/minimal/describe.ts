import type { MinimalValue } from './setup.ts';

export const describe = (_value: MinimalValue): readonly string[] => ['minimal'];
