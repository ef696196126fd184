import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { lastOf, notBuilt, refuseBody, takeArguments, unknownOption, wrongArguments } from '../../directive/arguments.ts';
import { rooted } from '../../directive/rooted.ts';
import type { ClientAuth, TlsFacility } from '../../plugin/facility.ts';
import type { Written } from '../../plugin/written.ts';

export type TlsValue = Omit<TlsFacility, 'kind'>;

const CLIENT_AUTHS: readonly ClientAuth[] = ['nocert', 'request', 'require', 'verify_if_given', 'require_and_verify'];

const USAGE = 'write tls CERT KEY [CA]';

const readClientAuth = (option: Entry): ClientAuth => {
  refuseBody(option);
  const known = CLIENT_AUTHS.join(', ');
  const [word = option.name] = takeArguments(option, 1, 1, `write client_auth and one of ${known}`);
  const found = CLIENT_AUTHS.find((one) => one === word.text);
  if (found === undefined) throw new CorefileError(word, `unknown authentication type '${word.text}'`, `known are ${known}`);
  return found;
};

const applyOption = (value: TlsValue, option: Entry): TlsValue => {
  switch (option.name.text) {
    case 'client_auth':
      return { ...value, clientAuth: readClientAuth(option) };
    case 'keylog':
      throw notBuilt("option 'keylog' of 'tls'", option.name);
    default:
      throw unknownOption(option.name, 'tls', ['client_auth']);
  }
};

const readLine = (entry: Entry, root: string): TlsValue => {
  const [certificate, key, authorities] = takeArguments(entry, 2, 3, USAGE).map((file) => rooted(file, root));
  if (certificate === undefined || key === undefined) throw wrongArguments(entry.name, USAGE);
  return entry.body.reduce(applyOption, { identity: { certificate, key }, authorities, clientAuth: 'nocert' });
};

/** `tls CERT KEY [CA] { client_auth WHAT }`; the last of several lines counts (CoreDNS plugin/tls/tls.go). */
export const setup = ({ entries, root }: Written): TlsValue => lastOf(entries.map((entry) => readLine(entry, root)));
