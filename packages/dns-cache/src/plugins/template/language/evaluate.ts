import type { CallResult } from './functions.ts';
import { FUNCTIONS } from './functions.ts';
import type { Template } from './parser.ts';
import type { Command, Node, Nodes, Operand, Pipeline } from './syntax.ts';
import { commandText } from './text.ts';
import type { Value } from './value.ts';
import { isList, isMap, isMethod, isStruct, isTrue, typeText, valueText } from './value.ts';

/** What a template gave, or why it gave nothing, as Go says it. */
export type Execution = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'failure'; readonly reason: string };

/** Ends an execution from wherever it is; it does not leave this file. */
class ExecutionError extends Error {
  readonly at: number;
  readonly context: string;

  constructor(at: number, context: string, reason: string) {
    super(reason);
    this.at = at;
    this.context = context;
  }
}

interface Variable {
  readonly name: string;
  value: Value;
}

/** Where an execution stands. */
interface State {
  readonly out: string[];
  readonly variables: Variable[];
}

/** How a list of nodes ended. */
type Flow = 'on' | 'break' | 'continue';

/** An argument that the command before has left; none at the beginning of a pipeline. */
type Final = readonly [] | readonly [Value];

const failed = (command: Command, reason: string): ExecutionError =>
  new ExecutionError(command[0].at, commandText(command), reason);

const fieldOf = (value: Value, name: string, operand: Operand): Value => {
  if (isMap(value)) return value.get(name);
  if (isStruct(value) && value.fields.has(name)) return value.fields.get(name);
  const reason =
    value === undefined ? `nil data; no entry for key "${name}"` : `can't evaluate field ${name} in type ${typeText(value)}`;
  throw failed([operand], reason);
};

/** Fields one after the other; the last one may be a method, which then gets the arguments. */
const followFields = (
  start: Value,
  names: readonly string[],
  operand: Operand,
  command: Command,
  given: readonly Value[],
): Value => {
  let value = start;
  for (const name of names) value = fieldOf(isMethod(value) ? callMethod(value, [], command) : value, name, operand);
  if (isMethod(value)) return callMethod(value, given, command);
  if (given.length > 0) throw failed([operand], `${names.at(-1) ?? ''} is not a method but has arguments`);
  return value;
};

const callMethod = (method: Extract<Value, { kind: 'method' }>, given: readonly Value[], command: Command): Value => {
  if (given.length !== method.arguments) {
    throw failed(command, `wrong number of args: want ${method.arguments} got ${given.length}`);
  }
  const texts = given.map((value) => {
    if (typeof value !== 'string') throw failed(command, `wrong type for value; expected string; got ${typeText(value)}`);
    return value;
  });
  return method.call(texts);
};

const countText = (least: number, most: number): string => (least === most ? String(least) : `at least ${least}`);

const callFunction = (name: string, given: readonly Value[], command: Command): Value => {
  const known = FUNCTIONS.get(name);
  if (known === undefined) throw new RangeError(`the parser let the function ${name} pass`);
  if (given.length < known.least || given.length > known.most) {
    const reason = `wrong number of args for ${name}: want ${countText(known.least, known.most)} got ${given.length}`;
    throw failed(command, reason);
  }
  const result: CallResult = known.call(given);
  if (result.kind === 'failure') throw failed(command, `error calling ${name}: ${result.reason}`);
  return result.value;
};

const evaluateOperand = (state: State, dot: Value, operand: Operand): Value => evaluateCommand(state, dot, [operand], []);

/** `and` gives the first that is not true, `or` the first that is, and else the last one; what comes after is not read. */
const evaluateLogic = (state: State, dot: Value, name: 'and' | 'or', command: Command, final: Final): Value => {
  const [, ...operands] = command;
  if (operands.length + final.length === 0) throw failed(command, `wrong number of args for ${name}: want at least 1 got 0`);
  let value: Value;
  for (const operand of operands) {
    value = evaluateOperand(state, dot, operand);
    if (isTrue(value) === (name === 'or')) return value;
  }
  return final.length === 1 ? final[0] : value;
};

const variableOf = (state: State, name: string): Variable => {
  const variable = state.variables.findLast((one) => one.name === name);
  if (variable === undefined) throw new RangeError(`the parser let the variable $${name} pass`);
  return variable;
};

const evaluateCommand = (state: State, dot: Value, command: Command, final: Final): Value => {
  const [first, ...operands] = command;
  if (first.kind === 'function' && (first.name === 'and' || first.name === 'or')) {
    return evaluateLogic(state, dot, first.name, command, final);
  }
  const given = [...operands.map((operand) => evaluateOperand(state, dot, operand)), ...final];
  const refuseArguments = (): void => {
    if (given.length > 0) throw failed([first], `can't give argument to non-function ${commandText([first])}`);
  };
  switch (first.kind) {
    case 'function':
      return callFunction(first.name, given, command);
    case 'field':
      return followFields(dot, first.names, first, command, given);
    case 'variable': {
      const { value } = variableOf(state, first.name);
      if (first.names.length === 0) refuseArguments();
      return followFields(value, first.names, first, command, given);
    }
    case 'group': {
      const value = evaluatePipeline(state, dot, first.pipeline);
      if (first.names.length === 0) refuseArguments();
      return followFields(value, first.names, first, command, given);
    }
    case 'dot':
      refuseArguments();
      return dot;
    case 'literal':
      refuseArguments();
      return first.value;
  }
};

/** The value of the commands, without what becomes of its variables. */
const evaluateCommands = (state: State, dot: Value, { commands }: Pipeline): Value => {
  let final: Final = [];
  for (const command of commands) final = [evaluateCommand(state, dot, command, final)];
  return final[0];
};

const setVariables = (state: State, { variables, assigns }: Pipeline, values: readonly Value[]): void => {
  for (const [index, name] of variables.entries()) {
    if (assigns) variableOf(state, name).value = values[index];
    else state.variables.push({ name, value: values[index] });
  }
};

const evaluatePipeline = (state: State, dot: Value, pipeline: Pipeline): Value => {
  const value = evaluateCommands(state, dot, pipeline);
  setVariables(state, pipeline, [value]);
  return value;
};

/** Nobody lists more than a message can hold. */
const ITERATIONS_MAX = 0xffff;

type Items = readonly (readonly [key: Value, value: Value])[];

const itemsOf = (value: Value, pipeline: Pipeline): Items => {
  if (value === undefined) return [];
  if (isList(value)) return value.map((item, index) => [BigInt(index), item]);
  if (isMap(value)) return [...value].toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (typeof value === 'bigint' && value <= BigInt(ITERATIONS_MAX)) {
    return Array.from({ length: Math.max(0, Number(value)) }, (_, index) => [BigInt(index), BigInt(index)]);
  }
  const [command] = pipeline.commands;
  const reason = `range can't iterate over ${valueText(value) ?? typeText(value)}`;
  throw command === undefined ? new RangeError(reason) : failed(command, reason);
};

const walkRange = (state: State, dot: Value, node: Extract<Node, { kind: 'if' | 'with' | 'range' }>): Flow => {
  const { pipeline } = node;
  const known = state.variables.length;
  const value = evaluateCommands(state, dot, pipeline);
  const items = itemsOf(value, pipeline);
  setVariables(state, pipeline, pipeline.variables.map(() => value));
  const declared = state.variables.length;
  let flow: Flow = 'on';
  if (items.length === 0) flow = walk(state, dot, node.otherwise);
  for (const [key, item] of items) {
    // One variable is the item, of two the first is its key.
    const values = pipeline.variables.length === 2 ? [key, item] : [item];
    for (const [index, name] of pipeline.variables.entries()) variableOf(state, name).value = values[index];
    const ended = walk(state, item, node.body);
    state.variables.length = declared;
    if (ended === 'break') break;
  }
  state.variables.length = known;
  return flow;
};

const walkNode = (state: State, dot: Value, node: Node): Flow => {
  switch (node.kind) {
    case 'text':
      state.out.push(node.text);
      return 'on';
    case 'action': {
      const value = evaluatePipeline(state, dot, node.pipeline);
      if (node.pipeline.variables.length > 0) return 'on';
      const text = valueText(value, '<no value>');
      const [command] = node.pipeline.commands;
      if (text === undefined && command !== undefined) throw failed(command, `can't print ${commandText(command)} of type ${typeText(value)}`);
      state.out.push(text ?? '');
      return 'on';
    }
    case 'break':
    case 'continue':
      return node.kind;
    case 'range':
      return walkRange(state, dot, node);
    case 'if':
    case 'with': {
      const known = state.variables.length;
      const value = evaluatePipeline(state, dot, node.pipeline);
      const inner = node.kind === 'with' ? value : dot;
      const flow = isTrue(value) ? walk(state, inner, node.body) : walk(state, dot, node.otherwise);
      state.variables.length = known;
      return flow;
    }
  }
};

const walk = (state: State, dot: Value, nodes: Nodes): Flow => {
  for (const node of nodes) {
    const flow = walkNode(state, dot, node);
    if (flow !== 'on') return flow;
  }
  return 'on';
};

/** Line, and offset in it, as Go counts them: from 1, and from 0. */
const positionText = (text: string, at: number): string => {
  const before = text.slice(0, at).split('\n');
  return `${before.length}:${before.at(-1)?.length ?? 0}`;
};

/** @param name of the template, for its errors @param data the first `.`, and `$` */
export const execute = (template: Template, name: string, data: Value): Execution => {
  const state: State = { out: [], variables: [{ name: '', value: data }] };
  try {
    walk(state, data, template.nodes);
  } catch (cause) {
    if (!(cause instanceof ExecutionError)) throw cause;
    const position = `template: ${name}:${positionText(template.text, cause.at)}`;
    return { kind: 'failure', reason: `${position}: executing "${name}" at <${cause.context}>: ${cause.message}` };
  }
  return { kind: 'text', text: state.out.join('') };
};
