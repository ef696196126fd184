import type { Comment, ExportNamedDeclaration, Program } from 'oxc-parser';
import { parseSync } from 'oxc-parser';
import { namesOf, targetOf } from './published.ts';
import type { Declarations } from './published.ts';

/** A published declaration, where it stands. */
export interface PublishedDeclaration {
  readonly path: string;
  /** Of them those that are published. */
  readonly names: readonly string[];
  readonly node: ExportNamedDeclaration;
  readonly program: Program;
  /** The comment that stands right above an offset of its file, or above the bar of a union. */
  readonly commentAbove: (start: number) => string | undefined;
}

const above = (text: string, comments: readonly Comment[]) => {
  const doc = comments.filter(({ value }) => value.startsWith('*'));
  return (start: number): string | undefined => doc.find(({ end }) => end <= start && /^[\s|(]*$/.test(text.slice(end, start)))?.value;
};

/** What the entries of a package publish, each declaration once. */
export const publishedDeclarations = (declarations: Declarations, entries: readonly string[]): readonly PublishedDeclaration[] => {
  const found = new Map<string, PublishedDeclaration>();
  /** @param wanted which names of the file are handed on */
  const look = (path: string, wanted: ReadonlySet<string> | 'all'): void => {
    const text = declarations.get(path) ?? '';
    const { program, comments } = parseSync(path, text);
    const commentAbove = above(text, comments);
    for (const node of program.body) {
      if (node.type === 'ExportAllDeclaration') look(targetOf(path, node.source.value), wanted);
      if (node.type !== 'ExportNamedDeclaration') continue;
      if (node.source !== null) {
        const handedOn = node.specifiers.flatMap(({ local }) => (local.type === 'Identifier' ? [local.name] : []));
        look(targetOf(path, node.source.value), new Set(handedOn));
      }
      const names = node.declaration === null ? [] : namesOf(node.declaration).filter((name) => wanted === 'all' || wanted.has(name));
      if (names.length === 0) continue;
      found.set(`${path} ${node.start}`, { path, names, node, program, commentAbove });
    }
  };
  for (const path of entries) look(path, 'all');
  return [...found.values()];
};
