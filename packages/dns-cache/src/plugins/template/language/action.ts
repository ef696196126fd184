import type { Token } from './lexer.ts';
import { readLiteral } from './literal.ts';
import type { Command, Operand, Pipeline } from './syntax.ts';
import { TemplateSyntaxError } from './syntax.ts';

/** What a name may mean where the action stands. */
export interface Scope {
  readonly functions: ReadonlySet<string>;
  /** The variables declared so far, without `$`; the innermost last. */
  readonly variables: string[];
}

/** Walks over the tokens of one action. */
export class ActionTokens {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    const last = tokens.at(-1);
    this.#end = last === undefined ? at : last.at + last.text.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  take(): Token | undefined {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  /** Takes it if it is this symbol or word. */
  accept(text: string): boolean {
    const found = this.peek()?.text === text && (this.peek()?.kind === 'symbol' || this.peek()?.kind === 'word');
    if (found) this.#next += 1;
    return found;
  }

  skipSpaces(): void {
    while (this.peek()?.kind === 'space') this.#next += 1;
  }

  /** Where the next token stands, or the end where there is none. */
  get at(): number {
    return this.peek()?.at ?? this.#end;
  }

  refuseRest(context: string): void {
    this.skipSpaces();
    const token = this.peek();
    if (token !== undefined) throw new TemplateSyntaxError(token.at, `unexpected '${token.text}' in ${context}`);
  }
}

/** The fields that follow without a space, and where the second of a chain stands, which Go reports errors at. */
const takeFields = (tokens: ActionTokens): readonly Token[] => {
  const fields: Token[] = [];
  for (let token = tokens.peek(); token?.kind === 'field'; token = tokens.peek()) {
    fields.push(token);
    tokens.take();
  }
  return fields;
};

const namesOf = (fields: readonly Token[]): readonly string[] => fields.map(({ text }) => text.slice(1));

const readGroup = (tokens: ActionTokens, scope: Scope, at: number): Operand => {
  const pipeline = readPipeline(tokens, scope, 'parenthesized pipeline');
  if (!tokens.accept(')')) throw new TemplateSyntaxError(at, 'unclosed left paren');
  return { kind: 'group', pipeline, names: namesOf(takeFields(tokens)), at };
};

const readOperand = (tokens: ActionTokens, scope: Scope): Operand | undefined => {
  const token = tokens.peek();
  if (token === undefined) return undefined;
  const { at, text } = token;
  const literal = readLiteral(token);
  if (literal !== undefined) {
    tokens.take();
    return { kind: 'literal', value: literal.value, text, at };
  }
  if (token.kind === 'field') {
    const fields = takeFields(tokens);
    return { kind: 'field', names: namesOf(fields), at: fields[1]?.at ?? at };
  }
  if (token.kind === 'variable') {
    tokens.take();
    const name = text.slice(1);
    if (name !== '' && !scope.variables.includes(name)) throw new TemplateSyntaxError(at, `undefined variable "${text}"`);
    return { kind: 'variable', name, names: namesOf(takeFields(tokens)), at };
  }
  if (token.kind === 'word') {
    tokens.take();
    if (!scope.functions.has(text)) throw new TemplateSyntaxError(at, `function "${text}" not defined`);
    return { kind: 'function', name: text, at };
  }
  if (tokens.accept('.')) return { kind: 'dot', at };
  return tokens.accept('(') ? readGroup(tokens, scope, at) : undefined;
};

const readCommand = (tokens: ActionTokens, scope: Scope, stage: number): Command => {
  const operands: Operand[] = [];
  tokens.skipSpaces();
  const { at } = tokens;
  for (let operand = readOperand(tokens, scope); operand !== undefined; operand = readOperand(tokens, scope)) {
    operands.push(operand);
    const next = tokens.peek();
    if (next === undefined || next.text === '|' || next.text === ')') break;
    if (next.kind !== 'space') throw new TemplateSyntaxError(next.at, `unexpected '${next.text}' in operand`);
    tokens.skipSpaces();
  }
  const [first, ...rest] = operands;
  if (first === undefined) throw new TemplateSyntaxError(at, 'missing value for command');
  // A value takes no argument, and from the second stage on there is always one.
  if (stage > 1 && (first.kind === 'literal' || first.kind === 'dot')) {
    throw new TemplateSyntaxError(at, `non executable command in pipeline stage ${stage}`);
  }
  return [first, ...rest];
};

/** `$x :=`, `$x =`, and in `range` `$i, $x :=`. */
const readDeclaration = (
  tokens: ActionTokens,
  scope: Scope,
  context: string,
): Pick<Pipeline, 'variables' | 'assigns'> => {
  const nameAt = (ahead: number): string | undefined => {
    const token = tokens.peek(ahead);
    return token?.kind === 'variable' ? token.text.slice(1) : undefined;
  };
  const afterSpace = (ahead: number): number => (tokens.peek(ahead)?.kind === 'space' ? ahead + 1 : ahead);
  const first = nameAt(0);
  if (first === undefined) return { variables: [], assigns: false };
  const variables = [first];
  let ahead = afterSpace(1);
  if (tokens.peek(ahead)?.text === ',') {
    const second = nameAt(afterSpace(ahead + 1));
    if (context !== 'range' || second === undefined) throw new TemplateSyntaxError(tokens.at, `too many declarations in ${context}`);
    variables.push(second);
    ahead = afterSpace(afterSpace(ahead + 1) + 1);
  }
  const operator = tokens.peek(ahead)?.text;
  if (operator !== ':=' && operator !== '=') return { variables: [], assigns: false };
  for (const name of variables) {
    if (operator === '=' && !scope.variables.includes(name)) throw new TemplateSyntaxError(tokens.at, `undefined variable "$${name}"`);
  }
  for (let count = 0; count <= ahead; count += 1) tokens.take();
  return { variables, assigns: operator === '=' };
};

/** Commands with `|` between, to the end of the action or a closing bracket. */
export const readPipeline = (tokens: ActionTokens, scope: Scope, context: string): Pipeline => {
  tokens.skipSpaces();
  const { at } = tokens;
  const declaration = readDeclaration(tokens, scope, context);
  const commands: Command[] = [];
  do commands.push(readCommand(tokens, scope, commands.length + 1));
  while (tokens.accept('|'));
  if (!declaration.assigns) scope.variables.push(...declaration.variables);
  return { kind: 'pipeline', at, ...declaration, commands };
};
