import type { WhoamiValue } from './setup.ts';

export const describe = (_value: WhoamiValue): readonly string[] => ['whoami'];
