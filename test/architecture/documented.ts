import type { PublishedDeclaration } from './declared.ts';

/** Published names above whose declaration no comment stands. */
export const undocumentedNames = (published: readonly PublishedDeclaration[]): readonly string[] =>
  published.flatMap(({ path, names, node, commentAbove }) => (commentAbove(node.start) === undefined ? names.map((name) => `${name} of ${path}`) : []));
