import { tracked } from './repository.ts';

/** Markdown files of the project, by their path from its root. */
export const documents: readonly string[] = tracked.filter((path) => path.endsWith('.md'));

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
