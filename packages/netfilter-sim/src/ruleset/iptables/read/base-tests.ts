import { InputError } from '../../../error.ts';
import { addressBits } from '../../../packet/address.ts';
import type { Family } from '../../../packet/address.ts';
import { readAddressAndMask } from '../../shared/address-values.ts';
import { readBounded } from '../../shared/numbers.ts';
import { protocolByName } from '../../shared/protocol-names.ts';
import type { WrittenOption } from '../extension/extension.ts';
import { refuse, valueOf } from '../extension/option-values.ts';
import type { AddressTest, Rule } from '../values/rule-set.ts';

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
      return refuse(option, `an ${family} address, ADDRESS/LENGTH or ADDRESS/MASK (host names are not looked up)`);
    }
    const { address, mask } = found;
    const everything = mask === 0n && addressBits(address) === 0n && !option.inverted;
    return everything ? undefined : { address, mask, inverted: option.inverted };
  });
};

export const readProtocolTest = (option: WrittenOption | undefined): Rule['protocol'] | undefined => {
  if (option === undefined) return undefined;
  const text = valueOf(option);
  const number =
    readBounded(text, { min: 0, max: 255 }) ?? protocolByName(text) ?? refuse(option, 'a protocol by name or number');
  if (number !== 0) return { number, inverted: option.inverted };
  if (option.inverted) {
    throw new InputError(
      option.position,
      `the rule would never match: no packet is not of protocol "${text}"`,
      'remove the !',
    );
  }
  return undefined;
};
