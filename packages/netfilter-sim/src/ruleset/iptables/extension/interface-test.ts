import { utf8Bytes } from '../../shared/text.ts';
import type { WrittenOption } from './extension.ts';
import { not, refuse, valueOf } from './option-values.ts';

/** `-i`, `-o`: a trailing `+` in the text means "begins with". */
export interface InterfaceTest {
  /** The device's name, or the beginning of it, without the `+`. */
  readonly name: string;
  readonly kind: 'exact' | 'prefix';
  /** `!`: all other devices pass. */
  readonly inverted: boolean;
}

/** IFNAMSIZ of include/uapi/linux/if.h without its NUL. */
export const NAME_BYTES_MAX = 15;

/** `+` alone holds for every device, inverted or not, and is not kept (print_iface of xshared.c). */
export const readInterfaceTest = (option: WrittenOption | undefined): InterfaceTest | undefined => {
  if (option === undefined) return undefined;
  const name = valueOf(option);
  if (name === '' || utf8Bytes(name) > NAME_BYTES_MAX) refuse(option, `a device name of 1 to ${NAME_BYTES_MAX} bytes`);
  if (name === '+') return undefined;
  return name.endsWith('+')
    ? { name: name.slice(0, -1), kind: 'prefix', inverted: option.inverted }
    : { name, kind: 'exact', inverted: option.inverted };
};

export const printInterfaceTest = (option: string, test: InterfaceTest | undefined): readonly string[] =>
  test === undefined ? [] : [`${not(test.inverted)}${option} ${test.name}${test.kind === 'prefix' ? '+' : ''}`];

/** An absent device has the empty name: `-i eth0` fails for it, `! -i eth0` holds. */
export const holdsInterfaceTest = (test: InterfaceTest | undefined, device: string): boolean => {
  if (test === undefined) return true;
  const found = test.kind === 'exact' ? device === test.name : device.startsWith(test.name);
  return found !== test.inverted;
};
