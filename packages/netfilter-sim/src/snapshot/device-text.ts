import { InputError } from '../error.ts';
import type { Position } from '../error.ts';
import { jsonOf } from '../json/value.ts';
import type { Json } from '../json/value.ts';

/** What `ip -j addr` and `ip -j -d link` have for a device and for an address, as far as it is read. */
type Fields = Record<string, unknown>;

/** Words behind an address that say something of it; another one there is its label. */
const ADDRESS_FLAGS: ReadonlySet<string> = new Set([
  'secondary', 'temporary', 'dynamic', 'deprecated', 'tentative', 'dadfailed', 'optimistic', 'noprefixroute', 'mngtmpaddr', 'nodad',
  'home', 'autojoin',
]);

/** Names of what stands behind them. */
const ADDRESS_PAIRS: Readonly<Record<string, string>> = { brd: 'broadcast', any: 'anycast', scope: 'scope', metric: 'metric', proto: 'protocol' };

/**
 * What `ip addr` or `ip -d link` prints for people, as `ip -j` would have it (ip/ipaddress.c of iproute2 6.1).
 * @throws InputError where it is neither
 */
export const devicesFromText = (file: string, contents: string): Json => {
  const places = new WeakMap<object, Position>();
  const devices: Fields[] = [];
  let addresses: Fields[] = [];
  for (const [at, line] of contents.split('\n').entries()) {
    const position = { file, line: at + 1, column: line.search(/\S/) + 1 || 1 };
    const device = devices.at(-1);
    const head = readHead(line);
    if (line.trim() === '') continue;
    if (head !== undefined) {
      addresses = [];
      const found = { ...head, addr_info: addresses };
      places.set(found, position);
      devices.push(found);
    } else if (device === undefined || !/^\s/.test(line)) {
      throw new InputError(position, 'expected a device as ip prints it: "1: lo: <LOOPBACK,UP> mtu 65536 …"', 'write the output of ip addr into it');
    } else if (/^\s+inet6? /.test(line)) {
      const address = readAddressLine(line);
      places.set(address, position);
      addresses.push(address);
    } else {
      Object.assign(device, readDetail(line, device));
    }
  }
  places.set(devices, { file, line: 1, column: 1 });
  return jsonOf(file, devices, places);
};

/** `2: eth0@if3: <BROADCAST,UP> mtu 1500 qdisc noqueue master br0 state UP`. */
const readHead = (line: string): Fields | undefined => {
  const found = /^(\d+): ([^\s:@]+)(?:@\S+)?: <([^>]*)> (.*)$/.exec(line);
  if (found === null) return undefined;
  const [, index, name, flags = '', rest = ''] = found;
  const words = rest.split(/\s+/);
  const behind = (word: string): string | undefined => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
  const [mtu, master, group] = [behind('mtu'), behind('master'), behind('group')];
  return {
    ifindex: Number(index),
    ifname: name,
    flags: flags === '' ? [] : flags.split(','),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    ...(master === undefined ? {} : { master }),
    ...(group === undefined ? {} : { group }),
  };
};

/** `inet 10.8.0.2 peer 10.8.0.1/32 brd … scope global secondary eth0`. */
const readAddressLine = (line: string): Fields => {
  const [family, local = '', ...rest] = line.trim().split(/\s+/);
  const peer = rest[0] === 'peer' ? rest[1] : undefined;
  const words = peer === undefined ? rest : rest.slice(2);
  const [address, length] = (peer ?? local).split('/');
  const found: Fields = {
    family,
    local: local.split('/')[0],
    ...(peer === undefined ? {} : { address }),
    prefixlen: length ?? (family === 'inet' ? 32 : 128),
  };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const pair = Object.hasOwn(ADDRESS_PAIRS, word) ? ADDRESS_PAIRS[word] : undefined;
    if (pair !== undefined) {
      at += 1;
      found[pair] = words[at] ?? '';
    } else if (ADDRESS_FLAGS.has(word)) found[word] = true;
    else found['label'] = word;
  }
  return found;
};

/** Lines of every device, whatever its kind. */
const COMMON = /^\s+(?:alias|altname|valid_lft|RX|TX|vf|\d)/;

/** `link/ether 02:42:…`; with `-d` a line that begins with the device's kind, and one for what it is to its master. */
const readDetail = (line: string, device: Fields): Fields => {
  const hardware = /^\s+link\/\S+ (\S+)/.exec(line)?.[1];
  if (hardware !== undefined) return { address: hardware };
  const [kind = '', ...words] = line.trim().split(/\s+/);
  const valueOf = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  if (kind === 'bridge_slave') {
    const port = { hairpin: valueOf('hairpin') === 'on', isolated: valueOf('isolated') === 'on' };
    const linkinfo = typeof device['linkinfo'] === 'object' ? device['linkinfo'] : {};
    return { linkinfo: { ...linkinfo, info_slave_data: port } };
  }
  if (COMMON.test(line) || kind.startsWith('link/') || kind.endsWith('_slave') || 'linkinfo' in device) return {};
  return { linkinfo: { info_kind: kind, ...settingsOf(kind, valueOf) } };
};

/** What the model reads of a device's own kind. */
const settingsOf = (kind: string, valueOf: (name: string) => string | undefined): Fields => {
  if (kind === 'vrf') return { info_data: { table: valueOf('table') } };
  if (kind !== 'bridge' || valueOf('nf_call_iptables') === undefined) return {};
  return { info_data: { nf_call_iptables: Number(valueOf('nf_call_iptables')), nf_call_ip6tables: Number(valueOf('nf_call_ip6tables')) } };
};
