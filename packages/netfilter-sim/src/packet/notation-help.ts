/** What `parsePacket` reads, for people who ask for help. */
export const PACKET_NOTATION = `A packet is one line: FROM: PROTOCOL SOURCE > DESTINATION [NAME VALUE]…

  FROM           the device that it comes in by, or "local" for one that the node sends
  PROTOCOL       udp, tcp, icmp, icmpv6, sctp, dccp, udplite, or a number
  SOURCE, DESTINATION
                 ADDRESS:PORT for udp and tcp, [ADDRESS]:PORT for IPv6; ADDRESS alone for
                 protocols without ports (sctp, dccp, udplite: either)
  ttl N          64 where it is not given        tos N       0
  payload N      octets behind the headers       fragment    first, later
  tcp:           flags FSRPAUEW or - (S), seq N, ack N, window N, mss N, wscale N
  icmp, icmpv6:  type N (an echo request), code N, id N
  local:         mark N, uid N, gid N of the socket

  "vpod1: udp 10.244.1.5:40000 > 10.96.0.10:53"
  "local: tcp [fd00::1]:40000 > [fd00::a]:53 flags S ttl 64"
  "eth0: icmp 10.0.0.1 > 10.0.0.2 type 8 id 7"`;
