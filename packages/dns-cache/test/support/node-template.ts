import type { FileContent, DirectoryContents } from '../../src/node/template/contents.ts';
import { readLocalAddress } from '../../src/node/local-address.ts';
import type { LocalAddress } from '../../src/node/local-address.ts';
import type { NodeFacts } from '../../src/node/template/render.ts';

const localAddress = (text: string): LocalAddress => {
  const reading = readLocalAddress(text);
  if (reading.kind === 'not-local') throw new RangeError(reading.reason);
  return reading.address;
};

export const factsOf = (facts: Partial<Omit<NodeFacts, 'localAddresses'>> & { readonly localAddresses?: readonly string[] } = {}): NodeFacts => ({
  upstreamService: { kind: 'found', address: '10.96.0.53' },
  prometheusAddress: ':9253',
  dnsPort: 53,
  reading: { file: '/etc/coredns/Corefile.base' },
  ...facts,
  localAddresses: (facts.localAddresses ?? ['169.254.20.10', '10.96.0.10']).map(localAddress),
});

const text = (content: string): FileContent => ({ kind: 'text', text: content });

/** A directory with these files. */
export const directory = (files: Readonly<Record<string, string | FileContent>>): DirectoryContents => ({
  kind: 'files',
  files: new Map(Object.entries(files).map(([name, file]) => [name, typeof file === 'string' ? text(file) : file])),
});

const block = (zone: string, cache: string, forward: string, more = ''): string => `${zone}:53 {
    errors
    ${cache}
    reload
    loop
    bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__
    forward . ${forward}
    prometheus :9253
${more}    }
`;

const CLUSTER = '__PILLAR__CLUSTER__DNS__ {\n            force_tcp\n    }';

/** The template of nodelocaldns.yaml, with the cluster's domain in its place, and nothing else. */
export const OFFICIAL_TEMPLATE = [
  block('cluster.local', 'cache {\n            success 9984 30\n            denial 9984 5\n    }', CLUSTER, '    health __PILLAR__LOCAL__DNS__:8080\n'),
  block('in-addr.arpa', 'cache 30', CLUSTER),
  block('ip6.arpa', 'cache 30', CLUSTER),
  block('.', 'cache 30', '__PILLAR__UPSTREAM__SERVERS__'),
].join('');
