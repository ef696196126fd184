/**
 * A line of shell that waits until addresses of IPv6 that were just added are the node's own: the kernel does that by and by
 * (net/ipv6/addrconf.c, addrconf_dad_work), and until then has no route to them.
 */
export const untilLocal = (addresses: readonly string[]): string =>
  addresses.map((address) => `for _ in $(seq 500); do ip -6 route show table local | grep -q 'local ${address} ' && break; sleep 0.02; done`).join('\n');

/** A line of shell that waits until none of its addresses is tentative any more. */
export const UNTIL_SETTLED = 'for _ in $(seq 500); do ip -6 addr show tentative | grep -q . || break; sleep 0.02; done\n';
