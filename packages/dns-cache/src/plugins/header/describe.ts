import type { HeaderValue } from './setup.ts';

export const describe = (value: HeaderValue): readonly string[] => [
  'header',
  ...(['query', 'response'] as const).flatMap((selector) =>
    value[selector].map(({ flag, state }) => `  ${selector} ${state ? 'set' : 'clear'} ${flag}`),
  ),
];
