/** What a field of an element is: a whole address, a network, a port with its protocol and so on. */
export type PartKind = 'address' | 'network' | 'port' | 'bare-port' | 'mac' | 'mark' | 'interface' | 'set';

interface SetTypeInfo {
  /** In the order in which elements are written and rules name `src` and `dst`. */
  readonly parts: readonly PartKind[];
  readonly storage: 'bitmap' | 'hash' | 'list';
  /** `any`: the type has no family. */
  readonly family: 'ipv4' | 'any' | 'either';
  /** How many of `src` and `dst` a rule must name; one more than `parts` for `bitmap:ip,mac`. */
  readonly dimensions: number;
  /** An address of zeros cannot be an element, nor be found. */
  readonly refusesZero: boolean;
  /** Where `netmask` and `bitmask` are printed (the order of ipset 7.17); `undefined`: it has none. */
  readonly mask: 'before-timeout' | 'last' | undefined;
  /** Networks may be of length 0 (IP_SET_HASH_WITH_NET0). */
  readonly everything: boolean;
}

const bitmap = (parts: readonly PartKind[], more: Partial<SetTypeInfo> = {}): SetTypeInfo => ({
  parts,
  storage: 'bitmap',
  family: 'ipv4',
  dimensions: parts.length,
  refusesZero: false,
  mask: undefined,
  everything: false,
  ...more,
});

const hash = (parts: readonly PartKind[], more: Partial<SetTypeInfo> = {}): SetTypeInfo => ({
  ...bitmap(parts),
  storage: 'hash',
  family: 'either',
  ...more,
});

/** Types of ipset 7.17 in their latest revision (net/netfilter/ipset/ip_set_*.c, 6.12). */
export const SET_TYPES = {
  'bitmap:ip': bitmap(['address'], { mask: 'before-timeout' }),
  'bitmap:ip,mac': bitmap(['address'], { dimensions: 2 }),
  'bitmap:port': bitmap(['bare-port'], { family: 'any' }),
  'hash:ip': hash(['address'], { refusesZero: true, mask: 'before-timeout' }),
  'hash:ip,mac': hash(['address', 'mac']),
  'hash:ip,mark': hash(['address', 'mark']),
  'hash:ip,port': hash(['address', 'port'], { refusesZero: true, mask: 'last' }),
  'hash:ip,port,ip': hash(['address', 'port', 'address']),
  'hash:ip,port,net': hash(['address', 'port', 'network']),
  'hash:mac': hash(['mac'], { family: 'any' }),
  'hash:net': hash(['network']),
  'hash:net,iface': hash(['network', 'interface'], { everything: true }),
  'hash:net,net': hash(['network', 'network'], { mask: 'last' }),
  'hash:net,port': hash(['network', 'port']),
  'hash:net,port,net': hash(['network', 'port', 'network'], { everything: true }),
  'list:set': { ...bitmap(['set'], { family: 'any' }), storage: 'list' },
} as const satisfies Readonly<Record<string, SetTypeInfo>>;

/** The types of sets: `hash:ip`, `hash:net,port`, … */
export type SetType = keyof typeof SET_TYPES;

export const setTypeInfo = (type: SetType): SetTypeInfo => SET_TYPES[type];

export const isSetType = (text: string): text is SetType => Object.hasOwn(SET_TYPES, text);

/** Whether elements can be exceptions (IPSET_TYPE_NOMATCH). */
export const hasNomatch = (type: SetType): boolean => setTypeInfo(type).parts.includes('network');
