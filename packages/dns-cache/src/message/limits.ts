/** The UDP payload size that we offer and never exceed: it fits every path without fragments (RFC 9715). */
export const UDP_PAYLOAD_OURS = 1232;

/** The length prefix of DNS over TCP has 16 bits (RFC 1035 §4.2.2). */
export const MESSAGE_OCTETS_MAX = 65535;
