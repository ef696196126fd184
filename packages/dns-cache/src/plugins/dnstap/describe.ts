import { socketText } from './facility.ts';
import type { DnstapLine, DnstapValue } from './setup.ts';

const describeLine = (line: DnstapLine): readonly string[] => [
  `dnstap ${line.way === 'listen' ? 'to whoever comes to' : 'to'} ${socketText(line.socket)}`,
  ...[
    line.isFull ? 'whole messages' : 'without the messages themselves',
    `as ${line.serverIdentity}, ${line.version}`,
    ...(line.extra === '' ? [] : [`extra: ${line.extra}`]),
    ...(line.way === 'listen' ? [] : [`at most ${line.bufferOctets / 2 ** 20} MiB and ${line.queueMessages} messages wait`]),
    ...(line.verifies ? [] : ['certificates are not looked at']),
    ...(line.identity === undefined ? [] : [`certificate: ${line.identity.certificate.text}`]),
  ].map((text) => `  ${text}`),
];

export const describe = (value: DnstapValue): readonly string[] => value.flatMap(describeLine);
