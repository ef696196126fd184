import type { NotModelled } from '../../shared/not-modelled.ts';
import type { Component, Scalar } from '../values/component.ts';

/** What an expression comes to for a packet. */
export type Value =
  /** One part for each type; several where parts are concatenated. */
  | { readonly kind: 'value'; readonly parts: readonly Part[] }
  /** The packet has no such thing; the rule ends here (`NFT_BREAK`). */
  | { readonly kind: 'break' }
  | NotModelled;

/** `unseen`: octets that the model does not keep. No test is met by them. */
export type Part = Scalar | typeof UNSEEN;
export const UNSEEN = Symbol('unseen');

export const BREAK: Value = { kind: 'break' };
export const one = (part: Part): Value => ({ kind: 'value', parts: [part] });
export const number = (value: number): Value => one(BigInt(value));

/** Whether a part is this, or lies in it. */
export const fits = (part: Part, component: Component): boolean => {
  switch (component.kind) {
    case 'value':
      return part === component.value;
    case 'range':
    case 'prefix':
      return typeof part === 'bigint' && part >= component.min && part <= component.max;
    case 'begins-with':
      return typeof part === 'string' && part.startsWith(component.text);
    case 'unknown':
      return false;
  }
};

/** Equal parts, and only they, have equal keys. */
export const keyOf = (parts: readonly Part[]): string => parts.map(String).join(' . ');
