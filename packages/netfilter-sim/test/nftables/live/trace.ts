import type { KernelReport } from './kernel.ts';

/** The lines of `nft monitor trace` without what the model does not know: hardware, ids, and the node's own multicast. */
export const kernelTrace = ({ trace }: KernelReport): readonly string[] => {
  const idOf = (line: string): string => /^trace id (\w+) /.exec(line)?.[1] ?? '';
  const noise = new Set(trace.filter((line) => line.includes(' ip6 daddr ff02:')).map(idOf));
  return trace.filter((line) => !noise.has(idOf(line))).map(traceLine);
};

const traceLine = (line: string): string =>
  line
    .replace(/^trace id \w+ /, 'trace ')
    .replaceAll(
      / ether [sd]addr \S+| ip id \d+| ip6 flowlabel \d+| @(?:th|ll|nh),\S+ 0x\w+| icmp sequence \d+| icmpv6 parameter-problem \d+| icmp gateway \d+/g,
      '',
    )
    .trimEnd();
