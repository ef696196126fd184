import type { Interface } from '../host/interface.ts';
import { elements, field, isAbsent, isJson, parseJson, text, textOr, whole } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { readDeviceGroup } from './addresses.ts';
import { devicesFromText } from './device-text.ts';

type Link = Omit<Interface, 'addresses'>;

/** Devices by name. */
export type Links = ReadonlyMap<string, Link>;

/** The output of `ip -j -d link`, or of `ip -d link`. */
export const readLinks = (file: string, contents: string): Links => {
  const all = elements(isJson(file, contents) ? parseJson(file, contents) : devicesFromText(file, contents));
  // iproute2 prints empty objects for what a filter left out.
  const devices = all.filter((device) => !isAbsent(field(device, 'ifname')));
  return new Map(devices.map(readLink).map((link) => [link.name, link]));
};

const readLink = (device: Json): Link => {
  const flags = elements(field(device, 'flags')).map(text);
  const info = field(device, 'linkinfo');
  const kind = isAbsent(info) ? undefined : textOr(field(info, 'info_kind'), undefined);
  const master = textOr(field(device, 'master'), undefined);
  return {
    index: whole(field(device, 'ifindex')),
    name: text(field(device, 'ifname')),
    up: flags.includes('UP'),
    loopback: flags.includes('LOOPBACK'),
    hardwareAddress: textOr(field(device, 'address'), ''),
    mtu: whole(field(device, 'mtu')),
    ...readDeviceGroup(field(device, 'group')),
    link: {
      noArp: flags.includes('NOARP'),
      multicast: flags.includes('MULTICAST'),
      ...(kind === undefined ? {} : { kind }),
      ...(master === undefined ? {} : { master }),
      ...(isAbsent(field(device, 'xdp')) ? {} : { xdp: true }),
      ...portOf(info),
      ...(kind === 'bridge' ? callsOf(field(info, 'info_data')) : {}),
      ...(kind === 'vrf' ? { table: whole(field(field(info, 'info_data'), 'table')) } : {}),
    },
  };
};

const portOf = (info: Json): Pick<NonNullable<Interface['link']>, 'hairpin' | 'isolated'> => {
  const port = isAbsent(info) ? info : field(info, 'info_slave_data');
  if (isAbsent(port) || isAbsent(field(port, 'hairpin'))) return {};
  return { hairpin: field(port, 'hairpin').value === true, isolated: field(port, 'isolated').value === true };
};

const callsOf = (data: Json): Pick<NonNullable<Interface['link']>, 'calls'> => {
  if (isAbsent(data) || isAbsent(field(data, 'nf_call_iptables'))) return {};
  const isOn = (name: string): boolean => whole(field(data, name)) !== 0;
  return { calls: { ipv4: isOn('nf_call_iptables'), ipv6: isOn('nf_call_ip6tables') } };
};

/** What both files tell of the devices; a device that only the links name has no address. */
export const mergeLinks = (interfaces: readonly Interface[], links: Links): readonly Interface[] => {
  const named = new Set(interfaces.map(({ name }) => name));
  const others = [...links.values()].filter(({ name }) => !named.has(name));
  return [
    ...interfaces.map((device) => ({ ...device, ...links.get(device.name) })),
    ...others.map((link) => ({ ...link, addresses: [] })),
  ].sort((a, b) => a.index - b.index);
};
