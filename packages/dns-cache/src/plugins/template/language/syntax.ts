/** Where a text stops being a template, by its offset. */
export class TemplateSyntaxError extends Error {
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.name = 'TemplateSyntaxError';
    this.at = at;
  }
}

/** A value that stands in the text itself. Whole numbers are bigint, as Go's are of 64 bits; others are number. */
export type Literal = string | bigint | number | boolean | undefined;

/** What can stand as a word of a command; `at` is its offset in the text. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Literal; readonly text: string; readonly at: number }
  /** `.` */
  | { readonly kind: 'dot'; readonly at: number }
  /** `.Group.a`: fields one after the other, of the dot. */
  | { readonly kind: 'field'; readonly names: readonly string[]; readonly at: number }
  /** `$x.Name` */
  | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[]; readonly at: number }
  /** `print` */
  | { readonly kind: 'function'; readonly name: string; readonly at: number }
  /** `(index .Match 1)`, and fields of what it gives. */
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly names: readonly string[]; readonly at: number };

/** A function or a value, and what it is given. */
export type Command = readonly [Operand, ...(readonly Operand[])];

/** Commands, each given the value of the one before as its last argument. */
export interface Pipeline {
  readonly kind: 'pipeline';
  readonly at: number;
  /** The variables that take the value, one, or two in `range`. */
  readonly variables: readonly string[];
  /** `=` rather than `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | { readonly kind: 'if' | 'with' | 'range'; readonly pipeline: Pipeline; readonly body: Nodes; readonly otherwise: Nodes }
  | { readonly kind: 'break' | 'continue' };

export type Nodes = readonly Node[];
