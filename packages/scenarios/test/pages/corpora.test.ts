import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { answerPlayground } from '../../src/playground/answer.ts';
import { guessFile } from '../../src/playground/guess-file.ts';

const FOLDER = fileURLToPath(new URL('../../../../../shared/corpora/', import.meta.url));
const note = existsSync(FOLDER) ? '' : ' (skipped: ../shared/corpora is absent)';
const LARGEST_BYTES = 400_000;

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));

const PACKETS = { ipv4: 'local: udp 10.0.0.1:40000 > 10.96.0.10:53', ipv6: 'local: udp [fd00::1]:40000 > [fd00::2]:53' };

it.skipIf(note !== '')(`whatever rules people have, the playground says something of them, or what is wrong where${note}`, () => {
  const kinds = { answer: 0, problem: 0 };
  for (const path of filesIn(FOLDER)) {
    if (statSync(path).size > LARGEST_BYTES) continue;
    const text = readFileSync(path, 'utf8');
    const file = guessFile(text);
    if (file === undefined || !/^(?:ip6?tables|nft)/.test(file)) continue;
    const answer = answerPlayground({ files: { [file]: text }, ask: { kind: 'packet', text: file.startsWith('ip6') ? PACKETS.ipv6 : PACKETS.ipv4 }, seed: 1 });
    kinds[answer.kind] += 1;
    if (answer.kind === 'answer') expect([path, answer.stories.length > 0]).toEqual([path, true]);
    else expect(answer.problem).toMatchObject({ line: expect.any(Number), column: expect.any(Number), reason: expect.stringMatching(/./) });
  }
  expect(kinds.answer).toBeGreaterThan(300);
});
