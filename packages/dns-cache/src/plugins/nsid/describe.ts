import type { NsidValue } from './setup.ts';

export const describe = (data: NsidValue): readonly string[] => [`nsid ${JSON.stringify(data)}`];
