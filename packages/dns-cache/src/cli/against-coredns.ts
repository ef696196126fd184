import { placeText } from '../corefile/error.ts';
import type { Corefile } from '../plugin/server-block.ts';
import type { CoreDnsRelease } from '../referee/differences.ts';
import { differencesFrom } from '../referee/differences.ts';
import type { Touching } from '../referee/touching.ts';
import { touching } from '../referee/touching.ts';
import { servedAt } from './served-at.ts';

const rowText = ({ difference, blocks }: Touching, { blocks: all, file }: Corefile, port: number): string => {
  const { id, coredns, ours, why, noticedBy, asCoreDns } = difference;
  const where = blocks.flatMap((at) => all[at] ?? []).map((block) => `${servedAt(block, port)} (${placeText(block.position, { file })})`);
  return [
    id,
    `  CoreDNS: ${coredns}`,
    `  here: ${ours}`,
    `  why: ${why}`,
    `  noticed by: ${noticedBy.join(', ')}`,
    ...(asCoreDns === undefined ? [] : [`  CoreDNS's way: ${asCoreDns}`]),
    `  in: ${blocks.length === all.length ? 'every block' : where.join('; ')}`,
    '',
    '',
  ].join('\n');
};

/** What CoreDNS does otherwise with a Corefile. */
export const againstCoreDns = (corefile: Corefile, port: number, release: CoreDnsRelease): string => {
  const rows = touching(corefile.written.blocks, release);
  const sum = `${rows.length} of ${differencesFrom(release).length} known differences from CoreDNS ${release} touch this Corefile\n`;
  return `${rows.map((row) => rowText(row, corefile, port)).join('')}${sum}`;
};
