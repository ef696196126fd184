import type { Command, Node, Nodes, Operand, Pipeline } from './syntax.ts';

/* Templates as Go prints them again: in its error messages, and as the label of its metrics. */

const fieldsText = (names: readonly string[]): string => names.map((name) => `.${name}`).join('');

const operandText = (operand: Operand): string => {
  switch (operand.kind) {
    case 'literal':
      return operand.text;
    case 'dot':
      return '.';
    case 'field':
      return fieldsText(operand.names);
    case 'variable':
      return `$${operand.name}${fieldsText(operand.names)}`;
    case 'function':
      return operand.name;
    case 'group':
      return `(${pipelineText(operand.pipeline)})${fieldsText(operand.names)}`;
  }
};

export const commandText = (command: Command): string => command.map(operandText).join(' ');

const pipelineText = ({ variables, assigns, commands }: Pipeline): string => {
  const declared = variables.map((name) => `$${name}`).join(', ');
  const text = commands.map(commandText).join(' | ');
  return declared === '' ? text : `${declared} ${assigns ? '=' : ':='} ${text}`;
};

const nodeText = (node: Node): string => {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${pipelineText(node.pipeline)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.otherwise.length === 0 ? '' : `{{else}}${nodesText(node.otherwise)}`;
      return `{{${node.kind} ${pipelineText(node.pipeline)}}}${nodesText(node.body)}${otherwise}{{end}}`;
    }
  }
};

export const nodesText = (nodes: Nodes): string => nodes.map(nodeText).join('');
