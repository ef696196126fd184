import { endpointText } from '../../address.ts';
import { FORWARD_ATTEMPTS_PER_UPSTREAM, FORWARD_DEADLINE_MS, FORWARD_READ_TIMEOUT_MS } from '../../engine/limits.ts';
import type { Destination, ForwardRule, ForwardValue, Protocol } from './setup.ts';

const destinationText = (destination: Destination): string =>
  destination.kind === 'endpoint' ? endpointText(destination.endpoint) : `the nameservers of ${destination.path}`;

const PROTOCOL_TEXT: Readonly<Record<Protocol, string>> = {
  'as-the-client': "the client's",
  'tcp-only': 'TCP',
  'udp-first': 'UDP, then TCP where the answer is truncated',
};

const describeRule = ({ from, except, destinations, protocol, policy }: ForwardRule): readonly string[] => [
  `forward ${from.text} to ${destinations.map(destinationText).join(' ')}`,
  ...(except.length === 0 ? [] : [`  except: ${except.map(({ text }) => text).join(' ')}`]),
  `  protocol: ${PROTOCOL_TEXT[protocol]}`,
  `  policy: ${policy}, ${FORWARD_ATTEMPTS_PER_UPSTREAM} attempts per upstream`,
  `  timeouts: ${FORWARD_READ_TIMEOUT_MS / 1000} s per attempt, ${FORWARD_DEADLINE_MS / 1000} s in all`,
];

export const describe = (value: ForwardValue): readonly string[] => value.flatMap(describeRule);
