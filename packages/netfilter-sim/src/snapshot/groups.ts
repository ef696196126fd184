import type { Interface } from '../host/interface.ts';
import { elements, field, isAbsent, parseJson, text } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { readAddress } from '../packet/address.ts';
import type { Address } from '../packet/address.ts';

/** The groups of each device, by its name. */
export type Groups = ReadonlyMap<string, readonly Address[]>;

/** The output of `ip -j maddr`: addresses of the link stand among those of IP. */
export const readGroups = (file: string, contents: string): Groups =>
  new Map(elements(parseJson(file, contents)).map((device) => [text(field(device, 'ifname')), groupsOf(field(device, 'maddr'))]));

const groupsOf = (json: Json): readonly Address[] =>
  elements(json).flatMap((group) => {
    const address = field(group, 'address');
    return isAbsent(address) ? [] : (readAddress(text(address)) ?? []);
  });

/** A device that the list lacks is in no group. */
export const withGroups = (interfaces: readonly Interface[], groups: Groups | undefined): readonly Interface[] =>
  groups === undefined ? interfaces : interfaces.map((device) => ({ ...device, groups: groups.get(device.name) ?? [] }));
