import { ActionTokens, readPipeline } from './action.ts';
import type { Scope } from './action.ts';
import type { Section } from './lexer.ts';
import { splitSections } from './lexer.ts';
import type { Node, Nodes, Pipeline } from './syntax.ts';
import { TemplateSyntaxError } from './syntax.ts';

/** A template, read. */
export interface Template {
  /** As it was written. */
  readonly text: string;
  readonly nodes: Nodes;
}

/** What ends a list of nodes: the end of the text, `end`, or `else` with what is in its action. */
type Ending =
  | { readonly kind: 'end-of-text' }
  | { readonly kind: 'end' }
  | { readonly kind: 'else'; readonly tokens: ActionTokens };

/** Templates that other templates call are not part of a record. */
const NOT_BUILT: ReadonlySet<string> = new Set(['define', 'template', 'block']);

class Parser {
  readonly #sections: readonly Section[];
  readonly #scope: Scope;
  readonly #endAt: number;
  #next = 0;
  #loops = 0;

  constructor(text: string, functions: ReadonlySet<string>) {
    this.#sections = splitSections(text);
    this.#scope = { functions, variables: [] };
    this.#endAt = text.length;
  }

  readAll(): Nodes {
    const { nodes, ending, at } = this.#readNodes();
    if (ending.kind !== 'end-of-text') throw new TemplateSyntaxError(at, `unexpected {{${ending.kind}}}`);
    return nodes;
  }

  #readNodes(): { readonly nodes: Nodes; readonly ending: Ending; readonly at: number } {
    const nodes: Node[] = [];
    for (;;) {
      const section = this.#sections[this.#next];
      if (section === undefined) return { nodes, ending: { kind: 'end-of-text' }, at: this.#endAt };
      this.#next += 1;
      if (section.kind === 'text') {
        nodes.push(section);
        continue;
      }
      const tokens = new ActionTokens(section.tokens, section.at);
      tokens.skipSpaces();
      if (tokens.accept('end')) {
        tokens.refuseRest('end');
        return { nodes, ending: { kind: 'end' }, at: section.at };
      }
      if (tokens.accept('else')) return { nodes, ending: { kind: 'else', tokens }, at: section.at };
      nodes.push(this.#readNode(tokens));
    }
  }

  #readNode(tokens: ActionTokens): Node {
    const { at } = tokens;
    const word = tokens.peek()?.kind === 'word' ? (tokens.peek()?.text ?? '') : '';
    if (NOT_BUILT.has(word)) throw new TemplateSyntaxError(at, `{{${word}}} is not built`);
    for (const kind of ['if', 'with', 'range'] as const) if (tokens.accept(kind)) return this.#readControl(kind, tokens);
    for (const kind of ['break', 'continue'] as const) {
      if (!tokens.accept(kind)) continue;
      tokens.refuseRest(kind);
      if (this.#loops === 0) throw new TemplateSyntaxError(at, `{{${kind}}} outside {{range}}`);
      return { kind };
    }
    return { kind: 'action', pipeline: this.#readPipeline(tokens, 'command') };
  }

  #readPipeline(tokens: ActionTokens, context: string): Pipeline {
    const pipeline = readPipeline(tokens, this.#scope, context);
    tokens.refuseRest(context);
    return pipeline;
  }

  /** What is declared inside is not known behind it. */
  #readControl(kind: 'if' | 'with' | 'range', tokens: ActionTokens): Node {
    const known = this.#scope.variables.length;
    const pipeline = this.#readPipeline(tokens, kind);
    if (kind === 'range') this.#loops += 1;
    const body = this.#readNodes();
    if (kind === 'range') this.#loops -= 1;
    const otherwise = this.#readOtherwise(kind, body.ending);
    this.#scope.variables.length = known;
    return { kind, pipeline, body: body.nodes, otherwise };
  }

  #readOtherwise(kind: 'if' | 'with' | 'range', ending: Ending): Nodes {
    switch (ending.kind) {
      case 'end-of-text':
        throw new TemplateSyntaxError(this.#endAt, `unexpected EOF: {{${kind}}} has no {{end}}`);
      case 'end':
        return [];
      case 'else': {
        const { tokens } = ending;
        tokens.skipSpaces();
        // `{{else if}}` is an `if` in the else, which the same `end` ends.
        if (kind !== 'range' && tokens.accept(kind)) return [this.#readControl(kind, tokens)];
        tokens.refuseRest('else');
        const { nodes, ending: last, at } = this.#readNodes();
        if (last.kind !== 'end') throw new TemplateSyntaxError(at, `expected end; {{${kind}}} has more than one {{else}} or no end`);
        return nodes;
      }
    }
  }
}

/** @param functions that it may call @throws TemplateSyntaxError */
export const parseTemplate = (text: string, functions: ReadonlySet<string>): Template => ({
  text,
  nodes: new Parser(text, functions).readAll(),
});
