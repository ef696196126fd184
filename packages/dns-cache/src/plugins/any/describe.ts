import type { AnyValue } from './setup.ts';

export const describe = (_value: AnyValue): readonly string[] => ['any'];
