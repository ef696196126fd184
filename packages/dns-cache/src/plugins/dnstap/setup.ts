import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import type { Token } from '../../corefile/lexer.ts';
import { refuseBody, takeArguments, takeEndpoint, takeInteger, unknownOption, wrongArguments } from '../../directive/arguments.ts';
import type { DnstapFacility, TapSocket } from '../../plugin/facility.ts';
import type { Machine, Written } from '../../plugin/written.ts';

/** One line: where messages are told of, and what of them. */
export interface DnstapLine extends Omit<DnstapFacility, 'kind' | 'sink'> {
  readonly isFull: boolean;
  readonly serverIdentity: string;
  readonly version: string;
  /** A text with placeholders; '' is none. */
  readonly extra: string;
}

export type DnstapValue = readonly DnstapLine[];

/** CoreDNS plugin/dnstap/setup.go and io.go: units of MiB, and of messages. */
const BUFFER_UNIT_OCTETS = 1024 * 1024;
const BUFFER_UNITS_MAX = 1024;
const QUEUE_UNIT_MESSAGES = 10_000;
const QUEUE_UNITS_MAX = 4096;

const USAGE = 'write dnstap SOCKET [full] [WRITEBUFFER] [QUEUE], or dnstap listen SOCKET [full]';

const readSocket = (token: Token): TapSocket => {
  const [, scheme, rest = ''] = /^(tcp|tls|unix):\/\/(.*)$/.exec(token.text) ?? [];
  switch (scheme) {
    case 'tcp':
    case 'tls':
      return { kind: scheme, endpoint: takeEndpoint({ ...token, text: rest }) };
    case 'unix':
    case undefined:
    default: {
      const path = scheme === undefined ? token.text : rest;
      if (path === '') throw new CorefileError(token, 'no path of a socket', USAGE);
      return { kind: 'unix', path };
    }
  }
};

const readUnits = (token: Token | undefined, most: number, what: string): number => {
  const units = token === undefined ? 1 : takeInteger(token, what);
  if (token !== undefined && (units < 1 || units > most)) throw new CorefileError(token, `${what} must be between 1 and ${most}: ${token.text}`);
  return units;
};

const OPTIONS = ['identity', 'version', 'extra', 'skipverify', 'tls'] as const;

/** The options that read a known number of words. */
export const OPTION_WORDS = { identity: 1, version: 1, extra: 1, skipverify: 0 };

const readTls = (option: Entry): DnstapLine['identity'] => {
  const [certificate, key, authorities] = takeArguments(option, 2, 3, 'write tls CERT KEY [CA]');
  if (certificate === undefined || key === undefined) throw wrongArguments(option.name);
  return { certificate, key, authorities };
};

const applyOption = (line: DnstapLine, option: Entry): DnstapLine => {
  refuseBody(option);
  const name = OPTIONS.find((known) => known === option.name.text);
  const takeOne = (): string => takeArguments(option, 1, 1)[0]?.text ?? '';
  switch (name) {
    case 'identity':
      return { ...line, serverIdentity: takeOne() };
    case 'version':
      return { ...line, version: takeOne() };
    case 'extra':
      return { ...line, extra: takeOne() };
    case 'skipverify':
      takeArguments(option, 0, 0);
      return { ...line, verifies: false };
    case 'tls':
      if (line.way === 'connect') throw new CorefileError(option.name, 'tls directive only valid for listeners', 'write dnstap listen');
      return { ...line, identity: readTls(option) };
    case undefined:
      throw unknownOption(option.name, 'dnstap', OPTIONS);
  }
};

const readLine = (entry: Entry, { hostname, software }: Machine): DnstapLine => {
  const [first, ...others] = entry.arguments;
  const isListening = first?.text === 'listen';
  const [socket, full, buffer, queue, surplus] = isListening ? others : entry.arguments;
  if (socket === undefined) throw wrongArguments(first ?? entry.name, USAGE);
  if (surplus !== undefined) throw wrongArguments(surplus, USAGE);
  if (full !== undefined && full.text !== 'full') throw new CorefileError(full, `what stands behind the socket is full, not '${full.text}'`, USAGE);
  return entry.body.reduce<DnstapLine>(applyOption, {
    way: isListening ? 'listen' : 'connect',
    socket: readSocket(socket),
    isFull: full !== undefined,
    bufferOctets: readUnits(buffer, BUFFER_UNITS_MAX, 'WRITEBUFFER') * BUFFER_UNIT_OCTETS,
    queueMessages: readUnits(queue, QUEUE_UNITS_MAX, 'QUEUE') * QUEUE_UNIT_MESSAGES,
    serverIdentity: hostname,
    version: software,
    extra: '',
    verifies: true,
    identity: undefined,
    position: socket,
  });
};

/** `dnstap [listen] SOCKET [full] [WRITEBUFFER] [QUEUE] { ... }`; each line is told (CoreDNS plugin/dnstap/setup.go). */
export const setup = ({ entries, machine }: Written): DnstapValue => entries.map((entry) => readLine(entry, machine));
