import type { PropertyKey, TSType } from 'oxc-parser';
import { Visitor } from 'oxc-parser';
import type { PublishedDeclaration } from './declared.ts';

/** How a comment says what is so where something is missing. */
const SAYS_ABSENCE = /\b(?:[Aa]bsent|[Uu]ndefined|[Uu]nless|default|missing|[Ww]ithout|left out|[Ee]lse|otherwise|(?:not|is) given|none)\b/;

const mayBeUndefined = (type: TSType | undefined): boolean => type?.type === 'TSUnionType' && type.types.some((one) => one.type === 'TSUndefinedKeyword');

const nameOf = (key: PropertyKey): string => (key.type === 'Identifier' ? key.name : '[…]');

/** Published members that may be missing, of which neither their comment nor that of what they are a part of says what is so then. */
export const unsaidAbsences = (published: readonly PublishedDeclaration[]): readonly string[] =>
  published.flatMap(({ path, names, node, program, commentAbove }) => {
    const found: string[] = [];
    const around = [commentAbove(node.start) ?? ''];
    const enter = ({ start }: { readonly start: number }): void => void around.push(commentAbove(start) ?? '');
    const leave = (): void => void around.pop();
    new Visitor({
      TSTypeLiteral: enter,
      'TSTypeLiteral:exit': leave,
      TSPropertySignature: (member) => {
        enter(member);
        const isThere = !member.optional && !mayBeUndefined(member.typeAnnotation?.typeAnnotation);
        if (!isThere && !around.some((comment) => SAYS_ABSENCE.test(comment))) found.push(`${nameOf(member.key)} of ${names.join(', ')}, ${path}`);
      },
      'TSPropertySignature:exit': leave,
    }).visit({ ...program, body: [node] });
    return found;
  });
