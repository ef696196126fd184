import type { LocalAddress } from '../local-address.ts';

/** The words of a template that the agent puts something in place of. */
export const PLACEHOLDERS = {
  cluster: '__PILLAR__CLUSTER__DNS__',
  upstreams: '__PILLAR__UPSTREAM__SERVERS__',
  local: '__PILLAR__LOCAL__DNS__',
  server: '__PILLAR__DNS__SERVER__',
  prometheus: '__PROMETHEUS__ENDPOINT__',
} as const;

/** node-cache looks for these very bytes, and takes `force_tcp` away nowhere else. */
const UPSTREAM_BLOCK = `    forward . ${PLACEHOLDERS.upstreams}`;
const UPSTREAM_TCP_BLOCK = `${UPSTREAM_BLOCK} {\n            force_tcp\n    }`;

/** Servers of one's own are asked by the client's protocol. */
export const replaceTcpBlock = (template: string): string => template.replaceAll(UPSTREAM_TCP_BLOCK, UPSTREAM_BLOCK);

export interface Fillings {
  readonly cluster: string;
  readonly upstreams: string;
  readonly localAddresses: readonly LocalAddress[];
  readonly prometheus: string;
}

/** `health __PILLAR__LOCAL__DNS__:8080` has room for one address, the first, and that in brackets where it is an IPv6 one. */
const fillLocalPorts = (text: string, [first = '']: readonly string[]): string => {
  const host = first.includes(':') ? `[${first}]` : first;
  return text.replaceAll(new RegExp(`${PLACEHOLDERS.local}(?=:\\d)`, 'g'), host);
};

const put = (text: string, placeholder: string, filling: string): string => text.split(placeholder).join(filling);

export const fillPlaceholders = (template: string, fillings: Fillings): string =>
  [
    [PLACEHOLDERS.cluster, fillings.cluster],
    [PLACEHOLDERS.upstreams, fillings.upstreams],
    [PLACEHOLDERS.local, fillings.localAddresses.join(' ')],
    [PLACEHOLDERS.server, ''],
    [PLACEHOLDERS.prometheus, fillings.prometheus],
  ].reduce((text, [placeholder = '', filling = '']) => put(text, placeholder, filling), fillLocalPorts(template, fillings.localAddresses));
