import type { LocalValue } from './setup.ts';

export const describe = ({ localhostPrefix }: LocalValue): readonly string[] => [
  `local localhost_prefix ${localhostPrefix ? 'on' : 'off'}`,
];
