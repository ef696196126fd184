import { parseSync } from 'oxc-parser';
import { namesOf, targetOf } from './published.ts';
import type { Declarations } from './published.ts';

/** What a file publishes: all of its names, or some of them. */
interface Wanted {
  readonly path: string;
  readonly names: ReadonlySet<string> | 'all';
}

/** Published names above whose declaration no comment stands. */
export const undocumentedNames = (declarations: Declarations, entries: readonly string[]): readonly string[] => {
  const bare = new Set<string>();
  const look = ({ path, names }: Wanted): void => {
    const text = declarations.get(path) ?? '';
    const { program, comments } = parseSync(path, text);
    const isSaid = (start: number): boolean => comments.some(({ value, end }) => value.startsWith('*') && end <= start && text.slice(end, start).trim() === '');
    for (const node of program.body) {
      if (node.type === 'ExportAllDeclaration') look({ path: targetOf(path, node.source.value), names });
      if (node.type !== 'ExportNamedDeclaration') continue;
      if (node.source !== null) {
        const handedOn = node.specifiers.flatMap(({ local }) => (local.type === 'Identifier' ? [local.name] : []));
        look({ path: targetOf(path, node.source.value), names: new Set(handedOn) });
      }
      if (node.declaration === null || isSaid(node.start)) continue;
      for (const name of namesOf(node.declaration)) if (names === 'all' || names.has(name)) bare.add(`${name} of ${path}`);
    }
  };
  for (const path of entries) look({ path, names: 'all' });
  return [...bare];
};
