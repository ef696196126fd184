import type { ParamPattern, PropertyKey, TSType } from 'oxc-parser';
import { Visitor } from 'oxc-parser';
import type { PublishedDeclaration } from './declared.ts';
import { isSaid } from './said.ts';

/** What a member is called, as its declaration writes it. */
const keyOf = (key: PropertyKey): string | undefined => {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
};

/** Whether a comment speaks of a name: in backticks, or as a parameter. */
const speaksOf = (comment: string, name: string): boolean => comment.includes(`\`${name}\``) || new RegExp(`@param ${name}\\b`).test(comment);

/** A parameter's name and type; `undefined` for one that is taken apart, whose fields are looked at instead. */
const parameterOf = (parameter: ParamPattern): { readonly name: string; readonly type: TSType | undefined; readonly optional: boolean } | undefined => {
  if (parameter.type === 'TSParameterProperty') return undefined;
  const pattern = parameter.type === 'RestElement' ? parameter.argument : parameter;
  if (pattern.type !== 'Identifier') return undefined;
  const type = parameter.typeAnnotation ?? pattern.typeAnnotation;
  return { name: pattern.name, type: type?.typeAnnotation, optional: pattern.optional ?? false };
};

/**
 * Published members and parameters of which neither name and type nor a comment say all. A member's comment stands above it, or above
 * what it is a part of, and names it there in backticks; that of a member speaks for an object without a name that it has.
 * That of a function speaks of its parameters: of a text by its name as a plain word.
 * @param glossary words whose meaning is written down elsewhere
 */
export const unsaidMembers = (published: readonly PublishedDeclaration[], glossary: ReadonlySet<string>): readonly string[] =>
  published.flatMap(({ path, names, node, program, commentAbove }) => {
    const whole = commentAbove(node.start) ?? '';
    const unsaid: string[] = [];
    /** What is said of the objects that we are in, the innermost last. */
    const around = [whole];
    let inSaidMember = 0;
    const note = (name: string | undefined): void => void unsaid.push(`${name ?? '[…]'} of ${names.join(', ')}, ${path}`);
    const look = (start: number, key: string | undefined, type: TSType | undefined, optional: boolean): void => {
      if (inSaidMember > 0 || commentAbove(start) !== undefined || key === undefined) return;
      if (around.some((comment) => speaksOf(comment, key)) || (type !== undefined && isSaid(key, type, optional, glossary))) return;
      note(key);
    };
    const lookAtParameters = (comment: string, parameters: readonly ParamPattern[]): void => {
      for (const parameter of parameters.flatMap((one) => parameterOf(one) ?? [])) {
        const { name, type, optional } = parameter;
        const isText = type?.type === 'TSStringKeyword' && new RegExp(`\\b${name}\\b`).test(comment);
        if (isText || speaksOf(comment, name) || (type !== undefined && isSaid(name, type, optional, glossary))) continue;
        note(name);
      }
    };
    const step = (start: number, by: 1 | -1): void => {
      if (commentAbove(start) !== undefined) inSaidMember += by;
    };
    new Visitor({
      TSTypeLiteral: ({ start }) => void around.push(commentAbove(start) ?? ''),
      'TSTypeLiteral:exit': () => void around.pop(),
      TSPropertySignature: ({ start, key, typeAnnotation, optional }) => {
        look(start, keyOf(key), typeAnnotation?.typeAnnotation, optional);
        step(start, 1);
      },
      'TSPropertySignature:exit': ({ start }) => step(start, -1),
      TSMethodSignature: ({ start, key }) => {
        look(start, keyOf(key), undefined, false);
        step(start, 1);
      },
      'TSMethodSignature:exit': ({ start }) => step(start, -1),
      PropertyDefinition: ({ start, key, typeAnnotation, optional, accessibility }) => {
        if (accessibility !== 'private') look(start, keyOf(key), typeAnnotation?.typeAnnotation, optional ?? false);
      },
      MethodDefinition: ({ start, key, kind, value, accessibility }) => {
        if (accessibility === 'private') return;
        if (kind === 'constructor') lookAtParameters(`${whole}${commentAbove(start) ?? ''}`, value.params);
        else look(start, keyOf(key), undefined, false);
      },
    }).visit({ ...program, body: [node] });
    const { declaration } = node;
    if (declaration?.type === 'TSDeclareFunction') lookAtParameters(whole, declaration.params);
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id } of declaration.declarations) {
        const type = id.type === 'Identifier' ? id.typeAnnotation?.typeAnnotation : undefined;
        if (type?.type === 'TSFunctionType') lookAtParameters(whole, type.params);
      }
    }
    return unsaid;
  });
