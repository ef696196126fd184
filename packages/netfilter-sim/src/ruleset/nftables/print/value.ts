import type { Component } from '../values/component.ts';
import { printDuration, printScalar } from '../values/data-type.ts';
import type { DataType } from '../values/data-type.ts';
import type { Data, NftElement, NftSetReference } from '../values/element.ts';
import type { Verdict } from '../values/verdict.ts';
import { printLimit } from './limit.ts';

/** A value, `10.0.0.0/8`, `1-5` or `"eth*"`. */
export const printComponent = (component: Component, type: DataType): string => {
  switch (component.kind) {
    case 'value':
      return printScalar(type, component.value);
    case 'range':
      return `${printScalar(type, component.min)}-${printScalar(type, component.max)}`;
    case 'prefix':
      return `${printScalar(type, component.min)}/${component.length}`;
    case 'begins-with':
      return `"${component.text}*"`;
    case 'unknown':
      return component.text;
  }
};

export const printParts = (parts: readonly Component[], types: readonly DataType[]): string =>
  parts.map((part, at) => printComponent(part, types[at] ?? 'integer')).join(' . ');

/** `accept`, `goto CHAIN`. */
export const printVerdict = (verdict: Verdict): string =>
  'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;

const printData = (data: Data, types: readonly DataType[]): string =>
  data.kind === 'verdict' ? printVerdict(data.verdict) : printParts(data.parts, types);

const printElement = (
  { key, data, limit, expiresInMs, comment }: NftElement,
  keyTypes: readonly DataType[],
  dataTypes: readonly DataType[],
): string =>
  [
    key === 'any' ? '*' : printParts(key, keyTypes),
    ...(limit === undefined ? [] : [printLimit(limit)]),
    ...(expiresInMs === undefined ? [] : [`expires ${printDuration(expiresInMs)}`]),
    ...(comment === undefined ? [] : [`comment "${comment}"`]),
    ...(data === undefined ? [] : [`: ${printData(data, dataTypes)}`]),
  ].join(' ');

/** `@name`, or the elements in braces. */
export const printReference = (
  reference: NftSetReference,
  keyTypes: readonly DataType[],
  dataTypes: readonly DataType[] = [],
): string =>
  reference.kind === 'named'
    ? `@${reference.name}`
    : `{ ${reference.elements.map((element) => printElement(element, keyTypes, dataTypes)).join(', ')} }`;
