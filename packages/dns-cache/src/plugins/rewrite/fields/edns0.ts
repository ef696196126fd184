import { CorefileError } from '../../../corefile/error.ts';
import type { Token } from '../../../corefile/lexer.ts';
import { wrongArguments } from '../../../directive/arguments.ts';
import { utf8Octets } from '../../../message/character-string.ts';
import { fromHex } from '../../../message/octets.ts';
import { isLabel } from '../../../plugin/labels.ts';
import type { Change, OptionAction, OptionSource } from '../rule/rule.ts';
import { OPTION_ACTIONS, VARIABLES } from '../rule/rule.ts';

/** Numbers as Go's strconv.ParseUint takes them with base 0: decimal, 0x, 0o, 0b, and octal by a leading zero. */
const readUnsigned = (text: string): number | undefined => {
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(?:\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.test(text) ? Number(text) : undefined;
};

const takeUnsigned = (token: Token, most: number, what: string): number => {
  const number = readUnsigned(token.text);
  if (number === undefined || number > most) {
    throw new CorefileError(token, `invalid ${what} '${token.text}'`, `give a number from 0 to ${most}`);
  }
  return number;
};

const readData = (code: number, token: Token): OptionSource => {
  const { text } = token;
  const [, name] = /^\{(.*)\}$/.exec(text) ?? [];
  if (name !== undefined) {
    const variable = VARIABLES.find((known) => known === name);
    if (variable !== undefined) return { kind: 'variable', code, variable };
    if (isLabel(name)) return { kind: 'metadata', code, label: name };
    const mend = `known are ${VARIABLES.map((known) => `{${known}}`).join(' ')}`;
    throw new CorefileError(token, `unsupported variable name '${text}'`, mend);
  }
  if (!text.startsWith('0x')) return { kind: 'local', code, data: utf8Octets(text) };
  const data = fromHex(text.slice(2));
  if (data === undefined) throw new CorefileError(token, `not pairs of hexadecimal digits: '${text}'`);
  return { kind: 'local', code, data };
};

const readOption = (type: Token, action: OptionAction, words: readonly Token[]): OptionSource => {
  const takes = (count: number, mend: string): readonly Token[] => {
    const surplus = words[count];
    if (surplus !== undefined) throw wrongArguments(surplus, mend);
    if (words.length < count) throw wrongArguments(words.at(-1) ?? type, mend);
    return words;
  };
  switch (type.text.toLowerCase()) {
    case 'local': {
      const unset = action === 'unset';
      const written = `write edns0 local ${action} CODE${unset ? '' : ' DATA'}`;
      const [code = type, data = type] = takes(unset ? 1 : 2, written);
      const number = takeUnsigned(code, 0xffff, 'option code');
      return unset ? { kind: 'local', code: number, data: new Uint8Array() } : readData(number, data);
    }
    case 'nsid':
      takes(0, `write edns0 nsid ${action}`);
      return { kind: 'nsid' };
    case 'subnet': {
      if (action === 'unset') {
        takes(0, 'write edns0 subnet unset');
        return { kind: 'subnet', ipv4Bits: 0, ipv6Bits: 0 };
      }
      const [ipv4 = type, ipv6 = type] = takes(2, `write edns0 subnet ${action} IPV4BITS IPV6BITS`);
      const ipv4Bits = takeUnsigned(ipv4, 32, 'IPv4 bit mask length');
      return { kind: 'subnet', ipv4Bits, ipv6Bits: takeUnsigned(ipv6, 128, 'IPv6 bit mask length') };
    }
    default:
      throw new CorefileError(type, `invalid rule type '${type.text}'`, 'known are local, nsid, subnet');
  }
};

/**
 * `edns0 local|nsid|subnet set|append|replace|unset ... [revert]` (CoreDNS plugin/rewrite/edns0.go). `revert` changes
 * nothing here: no option of an upstream is told to a client anyway.
 */
export const readEdns0 = (field: Token, words: readonly Token[]): Change => {
  const [type, name, ...rest] = words;
  const mend = `write edns0 local|nsid|subnet ${OPTION_ACTIONS.join('|')}`;
  if (type === undefined || name === undefined) throw wrongArguments(type ?? field, mend);
  const action = OPTION_ACTIONS.find((known) => known === name.text.toLowerCase());
  if (action === undefined) throw new CorefileError(name, `invalid action '${name.text}'`, mend);
  const hasRevert = action !== 'unset' && rest.at(-1)?.text === 'revert';
  return { kind: 'edns0', action, option: readOption(type, action, hasRevert ? rest.slice(0, -1) : rest), hasRevert };
};
