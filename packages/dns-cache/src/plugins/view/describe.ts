import type { ViewValue } from './setup.ts';

export const describe = ({ name, expressions }: ViewValue): readonly string[] => [
  `view ${name}`,
  ...expressions.map(({ text }) => `  expr ${text}`),
];
