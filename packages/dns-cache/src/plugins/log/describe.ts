import type { LogValue } from './setup.ts';

export const describe = (value: LogValue): readonly string[] =>
  value.map(({ scope, format, classes }) => `log ${scope.text} ${JSON.stringify(format)} class ${classes.join(' ')}`);
