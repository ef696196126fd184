import { readdirSync } from 'node:fs';
import { root } from './repository.ts';

/** Markdown files of the project, by their path from its root. */
export const documents: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(`${root}docs`).map((name) => `docs/${name}`),
  ...readdirSync(`${root}packages`).map((name) => `packages/${name}/README.md`),
  ...['metrics', 'node-agent', 'node-cache'].map((name) => `packages/dns-cache/docs/${name}.md`),
  'packages/dns-cache/deploy/README.md',
  'packages/scenarios/nodes/README.md',
  'examples/README.md',
  'bench/README.md',
];

/** The fenced blocks of a language, without their fences. */
export const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((found) => found[1] ?? '');

/** What links lead to within a document: its headings, as forges make anchors of them. */
export const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
