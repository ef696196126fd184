import type { Network } from '../../address.ts';
import { addressOctets, readNetwork } from '../../address.ts';
import { utf8Octets } from '../../message/character-string.ts';
import { nameText } from '../../message/name.ts';
import { concatenate, fromU16 } from '../../message/octets.ts';
import type { EdnsOption } from '../../message/opt.ts';
import type { Request } from '../../plugin/handler.ts';
import type { OptionAction, OptionSource, Variable } from './rule/rule.ts';

/** IANA, DNS EDNS0 Option Codes. */
const NSID = 3;
const CLIENT_SUBNET = 8;

const addressData = (address: string): Uint8Array => Uint8Array.from(addressOctets(address) ?? []);

/** CoreDNS plugin/rewrite/wire.go: addresses as their octets, numbers in network order. */
const variableData = (variable: Variable, { query, client, local, transport }: Request): Uint8Array => {
  switch (variable) {
    case 'qname':
      return utf8Octets(nameText(query.question.name));
    case 'qtype':
      return fromU16(query.question.type);
    case 'client_ip':
      return addressData(client.address);
    case 'client_port':
      return fromU16(client.port);
    case 'server_ip':
      return addressData(local.address);
    case 'server_port':
      return fromU16(local.port);
    case 'protocol':
      return utf8Octets(transport);
  }
};

/** RFC 7871 §6: family, source and scope prefix length, and as many octets of the address as the prefix reaches. */
const encodeSubnet = ({ octets, bits }: Network): Uint8Array => {
  const family = octets.length === 4 ? 1 : 2;
  return concatenate([fromU16(family), Uint8Array.of(bits, 0), Uint8Array.from(octets.slice(0, Math.ceil(bits / 8)))]);
};

const subnetData = (address: string, ipv4Bits: number, ipv6Bits: number): Uint8Array | undefined => {
  const octets = addressOctets(address);
  if (octets === undefined) return undefined;
  const [host = ''] = address.split('%');
  const mapped = octets.length === 4 && host.includes(':');
  const bits = octets.length === 4 ? ipv4Bits : ipv6Bits;
  const network = readNetwork(`${host}/${mapped ? bits + 96 : bits}`);
  return network && encodeSubnet(network);
};

const codeOf = (option: OptionSource): number => {
  switch (option.kind) {
    case 'local':
    case 'variable':
    case 'metadata':
      return option.code;
    case 'nsid':
      return NSID;
    case 'subnet':
      return CLIENT_SUBNET;
  }
};

/** What the option is to hold; `undefined` where that cannot be known. */
const dataOf = (option: OptionSource, request: Request): Uint8Array | undefined => {
  switch (option.kind) {
    case 'local':
      return option.data;
    case 'variable':
      return variableData(option.variable, request);
    case 'metadata': {
      const value = request.labels?.get(option.label) ?? '';
      return value === '' ? undefined : utf8Octets(value);
    }
    case 'nsid':
      return new Uint8Array();
    case 'subnet':
      return subnetData(request.client.address, option.ipv4Bits, option.ipv6Bits);
  }
};

/** Whether it tells one client from another. The way that a query took does not: one answer serves all who came by it. */
const isOfClient = (option: OptionSource, { client }: Request): boolean => {
  switch (option.kind) {
    case 'local':
    case 'metadata':
    case 'nsid':
      return false;
    case 'variable':
      return option.variable === 'client_ip' || option.variable === 'client_port';
    case 'subnet':
      return (addressOctets(client.address)?.length === 4 ? option.ipv4Bits : option.ipv6Bits) > 0;
  }
};

const has = (options: readonly EdnsOption[], code: number): boolean => options.some((option) => option.code === code);

/** The same without this option, neither for the upstream nor for the rules that follow. */
const withoutOption = (request: Request, code: number): Request => {
  const { query } = request;
  const others = <Option extends EdnsOption>(options: readonly Option[]): readonly Option[] => options.filter((one) => one.code !== code);
  const edns = query.edns && { ...query.edns, options: others(query.edns.options) };
  return { ...request, query: { ...query, edns }, upstreamOptions: others(request.upstreamOptions) };
};

const withOption = (request: Request, option: Request['upstreamOptions'][number]): Request => {
  const at = request.upstreamOptions.findIndex(({ code }) => code === option.code);
  const upstreamOptions = at < 0 ? [...request.upstreamOptions, option] : request.upstreamOptions.with(at, option);
  return { ...request, upstreamOptions };
};

/**
 * The request with the option as the rule wants it; `undefined` where the rule does nothing. An option is there where
 * the client has sent it or an earlier rule has added it, though only what rules add goes further.
 */
export const applyOption = (action: OptionAction, option: OptionSource, request: Request): Request | undefined => {
  const code = codeOf(option);
  const present = has(request.query.edns?.options ?? [], code) || has(request.upstreamOptions, code);
  if (action === 'unset') return present ? withoutOption(request, code) : undefined;
  if (action === (present ? 'append' : 'replace')) return undefined;
  const data = dataOf(option, request);
  return data && withOption(request, { code, data, isOfClient: isOfClient(option, request) });
};
