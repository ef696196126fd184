import type { MetadataValue } from './setup.ts';

export const describe = (zones: MetadataValue): readonly string[] => [`metadata ${zones.map(({ text }) => text).join(' ')}`];
