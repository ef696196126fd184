import { addressBits } from '../../packet/address.ts';
import type { Family } from '../../packet/address.ts';
import { InputError } from '../../error.ts';
import { readAddressAndMask } from '../address-values.ts';
import type { WrittenOption } from '../extension.ts';
import { readBounded, refuse, valueOf } from '../option-values.ts';
import { protocolByName } from '../protocol-names.ts';
import type { AddressTest, InterfaceTest, Rule } from '../rule-set.ts';
import { utf8Bytes } from '../text.ts';

/** IFNAMSIZ of include/uapi/linux/if.h with its NUL. */
const INTERFACE_NAME_BYTES_MAX = 15;

/**
 * `-s` and `-d`. A comma list makes a rule of each of its addresses, so one option may come to
 * several tests; none is what holds for every packet.
 */
export const readAddressTests = (
  option: WrittenOption | undefined,
  family: Family,
): readonly (AddressTest | undefined)[] => {
  if (option === undefined) return [undefined];
  const texts = valueOf(option).split(',');
  if (option.inverted && texts.length > 1) refuse(option, 'a single address behind !');
  return texts.map((text) => {
    const found = readAddressAndMask(family, text);
    if (found === undefined) {
      const old = text === '!' ? `! ${option.name} ADDRESS, with the ! in front` : undefined;
      return refuse(option, old ?? `an ${family} address, ADDRESS/LENGTH or ADDRESS/MASK (host names are not looked up)`);
    }
    const everything = found.mask === 0n && addressBits(found.address) === 0n && !option.inverted;
    return everything ? undefined : { ...found, inverted: option.inverted };
  });
};

/** `+` alone holds for every device, inverted or not, and is not kept (print_iface of xshared.c). */
export const readInterfaceTest = (option: WrittenOption | undefined): InterfaceTest | undefined => {
  if (option === undefined) return undefined;
  const name = valueOf(option);
  if (name === '' || utf8Bytes(name) > INTERFACE_NAME_BYTES_MAX) {
    refuse(option, `a device name of 1 to ${INTERFACE_NAME_BYTES_MAX} bytes`);
  }
  if (name === '+') return undefined;
  return name.endsWith('+')
    ? { name: name.slice(0, -1), kind: 'prefix', inverted: option.inverted }
    : { name, kind: 'exact', inverted: option.inverted };
};

export const readProtocolTest = (option: WrittenOption | undefined): Rule['protocol'] | undefined => {
  if (option === undefined) return undefined;
  const text = valueOf(option);
  const number = readBounded(text, { min: 0, max: 255 }) ?? protocolByName(text) ?? refuse(option, 'a protocol by name or number');
  if (number !== 0) return { number, inverted: option.inverted };
  if (option.inverted) {
    throw new InputError(option.position, `the rule would never match: no packet is not of protocol "${text}"`, 'remove the !');
  }
  return undefined;
};
