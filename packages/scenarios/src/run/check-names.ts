import { readNameText } from '@nodelocal/dns-cache';
import { ipv4At } from '../node/address.ts';
import { readLines } from '../resolver/lines.ts';
import type { Client } from '../scenario/client.ts';
import { ScenarioError } from '../scenario/error.ts';
import type { ScenarioLookup } from '../scenario/lookup.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { DnsServer } from '../scenario/server.ts';

/** Names and addresses that no packet could have. @throws ScenarioError */
export const checkNames = ({ clients, lookups, servers }: Pick<Scenario, 'clients' | 'lookups' | 'servers'>): void => {
  for (const [at, client] of clients.entries()) checkResolvConf(client, `clients[${at}].resolvConf`);
  for (const [at, lookup] of lookups.entries()) {
    const client = clients.find(({ name }) => name === lookup.client);
    checkLookup(lookup, client === undefined ? [] : readLines(client.resolvConf).search, `lookups[${at}].name`);
  }
  for (const [at, server] of servers.entries()) {
    if (server.addresses.length === 0) throw new ScenarioError(`servers[${at}].addresses`, 'there is none: nobody could ask it');
    checkServer(server, `servers[${at}].knows`);
  }
};

const LIMITS = 'labels have 1 to 63 octets, a name at most 255';

const isName = (text: string): boolean => text !== '' && readNameText(text) !== undefined;

const checkName = (text: string, path: string): void => {
  if (!isName(text)) throw new ScenarioError(path, `"${text}" is no domain name (${LIMITS})`);
};

const checkResolvConf = ({ resolvConf, resolver }: Client, path: string): void => {
  const { nameservers, search } = readLines(resolvConf);
  for (const server of nameservers) ipv4At(path, server);
  if (nameservers.length === 0 && resolver === 'go') throw new ScenarioError(path, 'it names no nameserver: Go asks ::1 then too, and scenarios send IPv4 packets only; name one');
  for (const domain of search) if (domain !== '') checkName(domain, path);
};

/** With the last of its numbers, which is the longest. */
const checkLookup = ({ name: written, repeat }: ScenarioLookup, search: readonly string[], path: string): void => {
  const name = written.replaceAll('{n}', String(repeat?.times ?? 1));
  checkName(name, path);
  if (name.endsWith('.')) return;
  const tooLong = search.find((domain) => domain !== '' && !isName(`${name}.${domain}`));
  if (tooLong !== undefined) throw new ScenarioError(path, `with the search domain ${tooLong} it is no domain name any more (${LIMITS}); what a resolver does then is not modelled: end it with a dot`);
};

const checkServer = ({ knows }: DnsServer, path: string): void => {
  switch (knows.kind) {
    case 'cluster':
      checkName(knows.domain, `${path}.domain`);
      for (const name of Object.keys(knows.services)) checkName(name, `${path}.services`);
      return;
    case 'outside':
      for (const name of Object.keys(knows.names)) checkName(name, `${path}.names`);
      return;
    case 'forwarded':
  }
};
