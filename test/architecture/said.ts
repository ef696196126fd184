import type { TSTupleElement, TSType } from 'oxc-parser';

/** A name that ends in the unit of what it counts. */
const UNIT = /(?:^|[a-z])(?:[Mm]s|[Ss]econds|[Nn]anoseconds|[Oo]ctets|[Bb]ytes)$/;

/** A name that is half a question. */
const QUESTION = /^(?:is|are|has|was|does|can|may|wants|needs|keeps|holds|uses)[A-Z]/;

/** Types of the language of whose values nobody can tell what is in them. */
const RAW = new Set(['Uint8Array', 'Uint16Array', 'Uint32Array', 'Float64Array', 'ArrayBuffer', 'Buffer', 'DataView']);

/** Options that may all be left out: what becomes of each then, its own comment says. */
const OPTIONS = /(?:Options|Constraints)$/;

/** The last word of a name, one of many or not: `device` of `inDevice`, of `devices` too. */
const lastWords = (name: string): readonly string[] => {
  const word = (/[A-Z]?[a-z0-9]+$/.exec(name)?.[0] ?? name).toLowerCase();
  return [word, word.replace(/s$/, '')];
};

const typeOf = (element: TSTupleElement): TSType => {
  if (element.type === 'TSNamedTupleMember') return typeOf(element.elementType);
  return element.type === 'TSRestType' || element.type === 'TSOptionalType' ? typeOf(element.typeAnnotation) : element;
};

/** Of what may be missing somebody has to tell what is so then, and of what can be called, what it does. */
const OPEN: ReadonlySet<TSType['type']> = new Set(['TSUndefinedKeyword', 'TSUnknownKeyword', 'TSFunctionType']);

/**
 * Whether a name and a type say all that there is to say of a member or a parameter. A literal is what it is, and a named type has a
 * comment of its own; a number has its unit in its name, a yes or no is a question, a text is called by a word of the glossary.
 * @param optional whether it may be left out
 */
export const isSaid = (name: string, type: TSType, optional: boolean, glossary: ReadonlySet<string>): boolean => {
  if (optional) return type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && OPTIONS.test(type.typeName.name);
  const also = (other: TSType): boolean => isSaid(name, other, false, glossary);
  if (type.type === 'TSNumberKeyword' || type.type === 'TSBigIntKeyword') return UNIT.test(name);
  if (type.type === 'TSBooleanKeyword') return QUESTION.test(name);
  if (type.type === 'TSStringKeyword') return lastWords(name).some((word) => glossary.has(word));
  if (type.type === 'TSArrayType') return also(type.elementType);
  if (type.type === 'TSTypeOperator' || type.type === 'TSParenthesizedType') return also(type.typeAnnotation);
  if (type.type === 'TSUnionType' || type.type === 'TSIntersectionType') return type.types.every(also);
  if (type.type === 'TSTupleType') return type.elementTypes.every((element) => also(typeOf(element)));
  if (type.type === 'TSTypeReference') {
    if (type.typeName.type === 'Identifier' && RAW.has(type.typeName.name)) return UNIT.test(name);
    return (type.typeArguments?.params ?? []).every(also);
  }
  return !OPEN.has(type.type);
};
