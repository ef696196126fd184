import { readFileSync } from 'node:fs';
import type { QueryOptions } from '@nodelocal/dns-cache';
import { hasShared, sharedPath } from '../support/shared.ts';

const FILE = 'dns/queries/k8s-ndots5.txt';

/** What pods with ndots:5 ask, each question once; names alone where the file is absent. */
const podQuestions: readonly (readonly [string, string])[] = hasShared(FILE)
  ? [...new Set(readFileSync(sharedPath(FILE), 'utf8').trimEnd().split('\n'))].map((line) => {
      const [name = '', type = ''] = line.split(' ');
      return [name, type] as const;
    })
  : ['kubernetes.default.svc.cluster.local', 'example.com.svc.cluster.local', 'example.com'].map(
      (name) => [name, 'A'] as const,
    );

export const podNames: readonly string[] = [
  ...new Set(podQuestions.flatMap(([name, type]) => (type === 'PTR' ? [] : [name]))),
];

export interface PeerQuestion extends Pick<
  QueryOptions,
  'name' | 'type' | 'recursionDesired' | 'checkingDisabled' | 'authenticated' | 'edns'
> {
  readonly transport: 'udp' | 'tcp';
}

const udp = (name: string, type: string, options: Partial<PeerQuestion> = {}): PeerQuestion => ({
  name,
  type,
  transport: 'udp',
  ...options,
});

const sized = (udpPayloadSize: number, dnssecOk = false) => ({ edns: { udpPayloadSize, dnssecOk } });

const varied: readonly PeerQuestion[] = [
  udp('www.example.test', 'A'),
  udp('www.example.test', 'AAAA'),
  udp('WWW.Example.TEST', 'A'),
  udp('mixed.case.example.test', 'A'),
  udp('www.example.test', 'TXT'),
  udp('nope.example.test', 'A'),
  udp('nope.example.test', 'AAAA'),
  udp('alias.example.test', 'A'),
  udp('alias3.example.test', 'A'),
  udp('alias3.example.test', 'AAAA'),
  udp('alias.example.test', 'CNAME'),
  udp('lost.example.test', 'A'),
  udp('dry.example.test', 'AAAA'),
  udp('x.wild.example.test', 'A'),
  udp('a.wild.example.test', 'A'),
  udp('a.wild.example.test', 'TXT'),
  udp('_dns._udp.example.test', 'SRV'),
  udp('example.test', 'MX'),
  udp('example.test', 'NS'),
  udp('example.test', 'SOA'),
  udp('odd\\.label.example.test', 'TXT'),
  udp('caa.example.test', 'CAA'),
  udp('unknown.example.test', 'TYPE65280'),
  udp('svc.example.test', 'HTTPS'),
  udp('1.2.0.192.in-addr.arpa', 'PTR'),
  udp('9.2.0.192.in-addr.arpa', 'PTR'),
  udp('.', 'NS'),
  udp('many.example.test', 'A'),
  udp('many.example.test', 'A', sized(1232)),
  udp('many.example.test', 'A', { transport: 'tcp' }),
  udp('big.example.test', 'TXT'),
  udp('big.example.test', 'TXT', sized(512)),
  udp('big.example.test', 'TXT', sized(4096)),
  udp('big.example.test', 'TXT', { transport: 'tcp' }),
  udp('www.example.test', 'A', sized(1232, true)),
  udp('nope.example.test', 'A', sized(1232, true)),
  udp('www.example.test', 'A', { checkingDisabled: true }),
  udp('www.example.test', 'A', { authenticated: true }),
  udp('alias3.example.test', 'A', { transport: 'tcp' }),
  udp('nope.example.test', 'A', { transport: 'tcp' }),
];

export const questions: readonly PeerQuestion[] = [...varied, ...podQuestions.map(([name, type]) => udp(name, type))];

/** `www.example.test A udp do 1232`. */
export const questionText = ({ name, type, transport, edns, checkingDisabled, authenticated }: PeerQuestion): string =>
  [
    name,
    type,
    transport,
    ...(edns === undefined ? [] : [String(edns.udpPayloadSize), ...(edns.dnssecOk === true ? ['do'] : [])]),
    ...(checkingDisabled === true ? ['cd'] : []),
    ...(authenticated === true ? ['ad'] : []),
  ].join(' ');
