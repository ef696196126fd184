import { parseSync, Visitor } from 'oxc-parser';
import type { Expression } from 'oxc-parser';

/** Whether a call is one of `it.skipIf(…)`, `describe.runIf(…)` and their like. */
const isCondition = (node: Expression): boolean =>
  node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier' && /^(?:skipIf|runIf)$/.test(node.callee.property.name);

/** Behind it may stand `.each(…)`. */
const isConditional = (callee: Expression): boolean => {
  if (isCondition(callee)) return true;
  if (callee.type === 'CallExpression') return isConditional(callee.callee);
  return callee.type === 'MemberExpression' && isConditional(callee.object);
};

/** A reason is told in the title, or comes from a value: `… (skipped: needs root)`, `…${note}`. */
const tellsWhy = (title: string): boolean => /\((?:skipped|without)\b/.test(title) || title.includes('${');

/** The titles of tests of a file that may be skipped, or are, and do not say why; by their lines. */
export const silentSkips = (path: string, text: string): readonly string[] => {
  const { program } = parseSync(path, text);
  const found: string[] = [];
  new Visitor({
    CallExpression(node) {
      const { callee, arguments: words } = node;
      const [first] = words;
      if (first === undefined || first.type === 'SpreadElement') return;
      const isTitle = (first.type === 'Literal' && typeof first.value === 'string') || first.type === 'TemplateLiteral';
      const always = callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && /^(?:skip|todo)$/.test(callee.property.name);
      if (!isTitle || !(always || isConditional(callee))) return;
      const title = text.slice(first.start, first.end);
      if (!tellsWhy(title)) found.push(`${path}:${text.slice(0, first.start).split('\n').length}: ${title}`);
    },
  }).visit(program);
  return found;
};
