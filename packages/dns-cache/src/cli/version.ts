import { readFileSync } from 'node:fs';

/** package.json is two levels above this file both in `src` and in `dist`. */
const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const versionOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'version' in value ? String(value.version) : 'unknown';

export const VERSION = versionOf(manifest);
