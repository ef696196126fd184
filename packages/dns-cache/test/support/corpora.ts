import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { hasShared, sharedPath } from './shared.ts';

const FOLDER = 'dns/corpora/';
export const hasCorpora = hasShared(FOLDER);
export const corporaNote = hasCorpora ? '' : ' (skipped: ../shared/dns/corpora is absent)';

/** Files of packets of other projects. */
export const corpora: readonly string[] = hasCorpora
  ? readdirSync(sharedPath(FOLDER)).filter((file) => file.endsWith('.jsonl.gz'))
  : [];

export const packetsOf = (file: string): readonly Uint8Array[] =>
  gunzipSync(readFileSync(sharedPath(`${FOLDER}${file}`)))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => new Uint8Array(Buffer.from((JSON.parse(line) as { hex: string }).hex, 'hex')));
