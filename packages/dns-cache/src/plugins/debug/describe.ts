import type { DebugValue } from './setup.ts';

export const describe = (_value: DebugValue): readonly string[] => ['debug'];
