import type { Interface } from '../host/interface.ts';
import { elements, field, isAbsent, parseJson, text, textOr, whole } from './json.ts';
import type { Json } from './json.ts';

/** The output of `ip -j -d link`, by device. */
export type Links = ReadonlyMap<string, Pick<Interface, 'up' | 'loopback' | 'link'> & Pick<Interface, 'index' | 'name' | 'hardwareAddress' | 'mtu'>>;

export const readLinks = (file: string, contents: string): Links =>
  new Map(
    elements(parseJson(file, contents))
      .filter((device) => !isAbsent(field(device, 'ifname')))
      .map((device) => {
        const link = readLink(device);
        return [link.name, link];
      }),
  );

type Link = Links extends ReadonlyMap<string, infer Value> ? Value : never;

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
    link: {
      noArp: flags.includes('NOARP'),
      ...(kind === undefined ? {} : { kind }),
      ...(master === undefined ? {} : { master }),
      ...(kind === 'vrf' ? { table: whole(field(field(info, 'info_data'), 'table')) } : {}),
    },
  };
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
