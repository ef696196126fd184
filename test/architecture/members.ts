import type { ParamPattern, PropertyKey, TSAccessibility, TSType } from 'oxc-parser';
import { Visitor } from 'oxc-parser';
import type { PublishedDeclaration } from './declared.ts';
import { isSaid } from './said.ts';

/** A member or a parameter, as it is written. */
interface Written {
  /** `undefined`: what it is called shows only when it runs. */
  readonly name: string | undefined;
  /** `undefined`: it says none, or it is a method. */
  readonly type: TSType | undefined;
  readonly optional: boolean;
}

const nameOf = (key: PropertyKey): string | undefined => {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
};

const isHidden = (key: PropertyKey, accessibility: TSAccessibility | null | undefined): boolean => accessibility === 'private' || key.type === 'PrivateIdentifier';

/** None for one that is taken apart: its fields are looked at instead. */
const parameterOf = (parameter: ParamPattern): readonly Written[] => {
  if (parameter.type === 'TSParameterProperty') return [];
  const pattern = parameter.type === 'RestElement' ? parameter.argument : parameter;
  if (pattern.type !== 'Identifier') return [];
  const type = parameter.typeAnnotation ?? pattern.typeAnnotation;
  return [{ name: pattern.name, type: type?.typeAnnotation, optional: pattern.optional ?? false }];
};

/** Whether a comment speaks of a name: in backticks, or as a parameter. */
const speaksOf = (comment: string, name: string): boolean => comment.includes(`\`${name}\``) || new RegExp(`@param ${name}\\b`).test(comment);

const isTextSpokenOf = (comment: string, name: string, type: TSType | undefined): boolean =>
  type?.type === 'TSStringKeyword' && new RegExp(`\\b${name}\\b`).test(comment);

const unsaidIn = ({ node, program, commentAbove }: PublishedDeclaration, glossary: ReadonlySet<string>): readonly string[] => {
  const whole = commentAbove(node.start) ?? '';
  const unsaid: string[] = [];
  /** What stands above the objects that we are in. */
  const around = [whole];
  /** In how many members that have a comment we are. */
  let told = 0;

  const hold = ({ name, type, optional }: Written, isSpokenOf: (name: string) => boolean): void => {
    if (name !== undefined && (isSpokenOf(name) || (type !== undefined && isSaid(name, type, optional, glossary)))) return;
    unsaid.push(name ?? '[…]');
  };
  const enter = (start: number, member: Written): void => {
    const comment = commentAbove(start);
    if (comment === undefined && told === 0) hold(member, (name) => around.some((other) => speaksOf(other, name)));
    if (comment !== undefined) told += 1;
  };
  const leave = ({ start }: { readonly start: number }): void => {
    if (commentAbove(start) !== undefined) told -= 1;
  };
  const lookAtParameters = (comment: string, parameters: readonly ParamPattern[]): void => {
    for (const parameter of parameters.flatMap(parameterOf)) {
      hold(parameter, (name) => speaksOf(comment, name) || isTextSpokenOf(comment, name, parameter.type));
    }
  };

  new Visitor({
    TSTypeLiteral: ({ start }) => void around.push(commentAbove(start) ?? ''),
    'TSTypeLiteral:exit': () => void around.pop(),
    TSPropertySignature: ({ start, key, typeAnnotation, optional }) => enter(start, { name: nameOf(key), type: typeAnnotation?.typeAnnotation, optional }),
    'TSPropertySignature:exit': leave,
    TSMethodSignature: ({ start, key, optional }) => enter(start, { name: nameOf(key), type: undefined, optional }),
    'TSMethodSignature:exit': leave,
    PropertyDefinition: ({ start, key, typeAnnotation, optional = false, accessibility }) => {
      if (!isHidden(key, accessibility) && commentAbove(start) === undefined) hold({ name: nameOf(key), type: typeAnnotation?.typeAnnotation, optional }, () => false);
    },
    MethodDefinition: ({ start, key, kind, value, accessibility }) => {
      if (isHidden(key, accessibility)) return;
      const comment = commentAbove(start);
      if (kind === 'constructor') lookAtParameters(`${whole}${comment ?? ''}`, value.params);
      else if (comment === undefined) hold({ name: nameOf(key), type: undefined, optional: false }, () => false);
    },
    TSDeclareFunction: ({ params }) => lookAtParameters(whole, params),
    VariableDeclarator: ({ id }) => {
      const type = id.type === 'Identifier' ? id.typeAnnotation?.typeAnnotation : undefined;
      if (type?.type === 'TSFunctionType') lookAtParameters(whole, type.params);
    },
  }).visit({ ...program, body: [node] });
  return unsaid;
};

/**
 * Published members and parameters of which neither name and type nor a comment say all. A member's comment stands above it, or above
 * what it is a part of, and names it there in backticks; that of a member speaks for an object without a name that it has. That of a
 * function speaks of its parameters, of a text by its name as a plain word.
 * @param glossary words whose meaning is written down elsewhere
 */
export const unsaidMembers = (published: readonly PublishedDeclaration[], glossary: ReadonlySet<string>): readonly string[] =>
  published.flatMap((declaration) => unsaidIn(declaration, glossary).map((name) => `${name} of ${declaration.names.join(', ')}, ${declaration.path}`));
