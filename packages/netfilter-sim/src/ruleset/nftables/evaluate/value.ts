import { notModelled } from '../../shared/not-modelled.ts';
import type { NotModelled } from '../../shared/not-modelled.ts';
import type { Component, Scalar } from '../values/component.ts';
import { allOf } from './truth.ts';
import type { Truth } from './truth.ts';

/** What an expression comes to for a packet. */
export type Value =
  /** One part for each type; several where parts are concatenated. */
  | { readonly kind: 'value'; readonly parts: readonly Part[] }
  /** The packet has no such thing; the rule ends here (`NFT_BREAK`). */
  | { readonly kind: 'break' }
  | UnknownPart;

export type Part = Scalar | UnknownPart;

/** The packet has it, and what it is was not given, or only in part. */
export interface UnknownPart extends NotModelled {
  readonly bits?: {
    /** A mask of what is known, and what is there. */
    readonly known: bigint;
    readonly value: bigint;
    /** At least one of these is set. */
    readonly someOf?: bigint;
  };
}

export const isUnknown = (part: Part | undefined): part is UnknownPart => typeof part === 'object';

export const BREAK: Value = { kind: 'break' };
export const one = (part: Part): Value => ({ kind: 'value', parts: [part] });
export const number = (value: number): Value => one(BigInt(value));

/** Whether a part is this, or lies in it. */
const fits = (part: Part | undefined, component: Component): Truth => {
  if (component.kind === 'unknown') return notModelled(component.why === undefined ? `"${component.text}"` : `"${component.text}" (${component.why})`);
  if (isUnknown(part)) return part;
  switch (component.kind) {
    case 'value':
      return part === component.value;
    case 'range':
    case 'prefix':
      return typeof part === 'bigint' && part >= component.min && part <= component.max;
    case 'begins-with':
      return typeof part === 'string' && part.startsWith(component.text);
  }
};

/** Whether each part is what stands at its place. */
export const fitsAll = (parts: readonly Part[], components: readonly Component[]): Truth =>
  allOf(components, (component, at) => fits(parts[at], component));

/** Equal parts, and only they, have equal keys. */
export const keyOf = (parts: readonly Part[]): string => parts.map(String).join(' . ');
