import { ipv6Groups, readIp, readPort } from '../../address.ts';

const isAddress = (text: string): boolean => !text.includes('%') && readIp(text) !== undefined;

/** `IP`, `IP:PORT` or `[IPV6]:PORT`: what the ConfigMap kube-dns may name as a server. Ports are 1 to 65535. */
const isServerAddress = (text: string): boolean => {
  if (isAddress(text)) return true;
  const [, bracketed, plain = '', digits = ''] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):(\d+)$/.exec(text) ?? [];
  const port = readPort(digits);
  if (port === undefined || port === 0) return false;
  return bracketed === undefined ? isAddress(plain) : isAddress(bracketed) && ipv6Groups(bracketed) !== undefined;
};

/** What is wrong with a server, for people; `undefined` where it can be asked. */
export const serverFault = (text: string): string | undefined => {
  if (isServerAddress(text)) return undefined;
  if (/^[a-z]+:\/\//i.test(text)) return `'${text}' names a protocol; write IP or IP:PORT`;
  if (/[a-z]/i.test(text) && !text.includes(':')) return `'${text}' is a host name, and is not looked up; write IP or IP:PORT`;
  return `'${text}' is not an address; write IP, IP:PORT or [IPV6]:PORT, a port is 1 to 65535`;
};
