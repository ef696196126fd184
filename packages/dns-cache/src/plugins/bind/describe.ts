import type { BindValue } from './setup.ts';

export const describe = (value: BindValue): readonly string[] => [
  `bind ${value.map(({ address }) => address).join(' ')}`,
];
