import type { Scene } from '../scene/scene.ts';

/** Neither a link nor a rule says where a cache would listen. */
export interface NoAddress {
  readonly kind: 'no-address';
  readonly harm: 'bypassed';
  readonly device: string;
  readonly mend: readonly [];
}

export const findNoAddress = ({ addresses, device, told }: Scene): readonly NoAddress[] =>
  told.links && addresses.length === 0 ? [{ kind: 'no-address', harm: 'bypassed', device, mend: [] }] : [];
