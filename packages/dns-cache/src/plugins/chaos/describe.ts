import type { ChaosValue } from './setup.ts';

export const describe = ({ version, authors, hostname }: ChaosValue): readonly string[] => [
  `chaos ${JSON.stringify(version)} on ${JSON.stringify(hostname)}`,
  `  authors: ${authors.map((author) => JSON.stringify(author)).join(' ')}`,
];
