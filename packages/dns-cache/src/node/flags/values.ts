import type { Endpoint } from '../../address.ts';
import { readPort } from '../../address.ts';
import { FlagError } from './flag-error.ts';
import { readBool } from './words.ts';

/** What a flag's text means. @throws FlagError where it means nothing */
export type Read<Value> = (text: string, flag: string) => Value;

export const readText: Read<string> = (text) => text;

/** Empty is not given. */
export const readOptionalPath: Read<string | undefined> = (text) => (text === '' ? undefined : text);

export const readPath: Read<string> = (text, flag) => {
  if (text === '') throw new FlagError(flag, 'its path is empty', 'write a path, or leave the flag out');
  return text;
};

export const readSwitch: Read<boolean> = (text, flag) => {
  const value = readBool(text);
  if (value === undefined) throw new FlagError(flag, `'${text}' is neither true nor false`, `write ${flag}=true or ${flag}=false`);
  return value;
};

/** 1 to 65535. */
export const readPortFlag: Read<number> = (text, flag) => {
  const port = readPort(text);
  if (port === undefined || port === 0) throw new FlagError(flag, `'${text}' is not a port`, 'a port is 1 to 65535');
  return port;
};

/** `HOST:PORT`, `:PORT` or `[IPV6]:PORT`; an empty address is all addresses. */
export const readListenAddress: Read<Endpoint> = (text, flag) => {
  const [, bracketed, plain = '', digits = ''] = /^(?:\[([^[\]\s]+)\]|([^[\]:\s]*)):(\d*)$/.exec(text) ?? [];
  const port = readPort(digits);
  if (port === undefined || port === 0) {
    throw new FlagError(flag, `'${text}' is not an address and a port`, 'write HOST:PORT, [IPV6]:PORT or :PORT, a port is 1 to 65535');
  }
  return { address: bracketed ?? plain, port };
};

/** The same; `undefined` where the text is empty: nobody listens. To Go's net package 0.0.0.0 is all addresses, IPv6 too. */
export const readOptionalListenAddress: Read<Endpoint | undefined> = (text, flag) => {
  if (text === '') return undefined;
  const { address, port } = readListenAddress(text, flag);
  return { address: address === '0.0.0.0' ? '' : address, port };
};

/** One of a few words. */
export const readChoice =
  <const Choice extends string>(choices: readonly Choice[]): Read<Choice> =>
  (text, flag) => {
    const choice = choices.find((each) => each === text);
    if (choice === undefined) throw new FlagError(flag, `'${text}' is not known`, `write ${choices.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`);
    return choice;
  };
