import { FlagError } from './flag-error.ts';

declare const interfaceNameBrand: unique symbol;

/** A name that the kernel takes for an interface: 1 to 15 octets. */
export type InterfaceName = string & { readonly [interfaceNameBrand]: true };

/** net/core/dev.c, dev_valid_name: IFNAMSIZ is 16 with the final zero; '%' asks the kernel to number interfaces. @throws FlagError */
export const readInterfaceName = (text: string, flag: string): InterfaceName => {
  const mend = `write 1 to 15 letters, digits, '-', '_' or '.', as in nodelocaldns`;
  if (text === '') throw new FlagError(flag, 'the name is empty', mend);
  if (text.length > 15) throw new FlagError(flag, `'${text}' has ${text.length} characters`, mend);
  // A name that begins with a dash would be an option to `ip`.
  if (!/^[\w.][\w.-]*$/.test(text) || text === '.' || text === '..') throw new FlagError(flag, `'${text}' is not an interface's name`, mend);
  return text as InterfaceName;
};
