import { dirname, join } from 'node:path/posix';
import type { ExportNamedDeclaration, Program } from 'oxc-parser';
import { parseSync, Visitor } from 'oxc-parser';

/** A package's declaration files, by their paths. */
export type Declarations = ReadonlyMap<string, string>;

interface Declared {
  readonly isType: boolean;
  readonly mentions: ReadonlySet<string>;
}

/** A name of another file: brought in, or handed on. */
interface Elsewhere {
  readonly path: string;
  readonly name: string;
}

interface File {
  readonly declared: ReadonlyMap<string, Declared>;
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
  /** Files whose names are all handed on. */
  readonly whole: readonly string[];
  readonly exported: readonly string[];
}

const mentionsIn = (program: Program, node: ExportNamedDeclaration): ReadonlySet<string> => {
  const mentions = new Set<string>();
  const parameters = new Set<string>();
  new Visitor({
    TSTypeReference: ({ typeName }) => void (typeName.type === 'Identifier' && mentions.add(typeName.name)),
    TSInterfaceHeritage: ({ expression }) => void (expression.type === 'Identifier' && mentions.add(expression.name)),
    TSTypeParameter: ({ name }) => void parameters.add(name.name),
  }).visit({ ...program, body: [node] });
  return new Set([...mentions].filter((name) => !parameters.has(name)));
};

/** What a declaration declares. */
export const namesOf = (declaration: NonNullable<ExportNamedDeclaration['declaration']>): readonly string[] => {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  }
  return 'id' in declaration && declaration.id?.type === 'Identifier' ? [declaration.id.name] : [];
};

/** The declaration file that another one names. */
export const targetOf = (path: string, specifier: string): string => join(dirname(path), specifier).replace(/\.[jt]s$/, '.d.ts');

const read = (path: string, text: string): File => {
  const { program } = parseSync(path, text);
  const declared = new Map<string, Declared>();
  const elsewhere = new Map<string, Elsewhere>();
  const whole: string[] = [];
  const target = (specifier: string): string => targetOf(path, specifier);
  const exported: string[] = [];
  for (const node of program.body) {
    if (node.type === 'ExportAllDeclaration') whole.push(target(node.source.value));
    if (node.type === 'ImportDeclaration') {
      for (const one of node.specifiers) {
        const name = one.type === 'ImportSpecifier' && one.imported.type === 'Identifier' ? one.imported.name : one.local.name;
        elsewhere.set(one.local.name, { path: target(node.source.value), name });
      }
    }
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const { local, exported: shown } of node.specifiers) {
      if (local.type !== 'Identifier' || shown.type !== 'Identifier') continue;
      exported.push(shown.name);
      if (node.source !== null) elsewhere.set(shown.name, { path: target(node.source.value), name: local.name });
    }
    if (node.declaration === null) continue;
    const isType = /^TS(?:Interface|TypeAlias)/.test(node.declaration.type) || node.declaration.type === 'ClassDeclaration';
    for (const name of namesOf(node.declaration)) {
      exported.push(name);
      declared.set(name, { isType, mentions: mentionsIn(program, node) });
    }
  }
  return { declared, elsewhere, whole, exported };
};

/** Types that published names mention and that are not published themselves: nobody could write them down. */
export const unpublishedTypes = (declarations: Declarations, entries: readonly string[]): readonly string[] => {
  const files = new Map([...declarations].map(([path, text]) => [path, read(path, text)]));
  /** Where a name that a file knows is declared. */
  const home = ({ path, name }: Elsewhere): Elsewhere | undefined => {
    const file = files.get(path);
    if (file?.declared.has(name) === true) return { path, name };
    const other = file?.elsewhere.get(name);
    if (other !== undefined) return home(other);
    for (const all of file?.whole ?? []) {
      const found = home({ path: all, name });
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const shownBy = (path: string): readonly Elsewhere[] => {
    const { exported = [], whole = [] } = files.get(path) ?? {};
    return [...exported.flatMap((name) => home({ path, name }) ?? []), ...whole.flatMap(shownBy)];
  };
  const published = entries.flatMap(shownBy);
  const known = new Set(published.map(({ path, name }) => `${path} ${name}`));
  return published.flatMap(({ path, name }) =>
    [...(files.get(path)?.declared.get(name)?.mentions ?? [])]
      .flatMap((mentioned) => home({ path, name: mentioned }) ?? [])
      .filter((at) => files.get(at.path)?.declared.get(at.name)?.isType === true && !known.has(`${at.path} ${at.name}`))
      .map((at) => `${at.name} of ${at.path}, in ${name}`),
  );
};
