import { parseSync } from 'oxc-parser';

/** The text of each file, by its path from the root of the repository. */
export type Tree = ReadonlyMap<string, string>;

/** An import or a re-export as it is written; `type` ones too. */
export interface WrittenImport {
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** What a file of TypeScript imports. @throws RangeError where it is none */
export const importsOf = (path: string, text: string): readonly WrittenImport[] => {
  const { errors, module } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new RangeError(`${path}: ${error.message}`);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest)),
  ].filter((request) => request !== null);
  const calls = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const specifier = /^(['"`])([^'"`$]*)\1$/.exec(text.slice(start, end))?.[2];
    return specifier === undefined ? [] : [{ value: specifier, start }];
  });
  return [...requests, ...calls].map(({ value, start }) => ({ specifier: value, line: lineAt(text, start) }));
};

/** The file that the packages of the tree publish under a name such as `@nodelocal/dns-cache/server`. */
export const publishedIn = (tree: Tree): ReadonlyMap<string, string> =>
  new Map(
    [...tree].flatMap(([path, text]) => {
      const folder = /^(packages\/[^/]+)\/package\.json$/.exec(path)?.[1];
      if (folder === undefined) return [];
      const { name, exports } = JSON.parse(text) as { name: string; exports: Record<string, Record<string, string>> };
      return Object.entries(exports).map(([subpath, conditions]): readonly [string, string] => [
        `${name}${subpath.slice(1)}`,
        `${folder}${conditions['@nodelocal/source']?.slice(1) ?? ''}`,
      ]);
    }),
  );
