/** IP protocol numbers that the model names; any other is carried as its number. */
export const PROTOCOL = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
  raw: 255,
} as const;

/** The number of a protocol in an IP header, 0 to 255 (IANA). */
export type ProtocolNumber = number;
