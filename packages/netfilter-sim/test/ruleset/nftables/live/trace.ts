import type { KernelReport } from './kernel.ts';

/** The lines of `nft monitor trace` without what the model does not know: hardware and ids. */
export const kernelTrace = ({ trace }: KernelReport): readonly string[] => trace.map(traceLine);

const traceLine = (line: string): string =>
  line
    .replace(/^trace id \w+ /, 'trace ')
    .replaceAll(
      / ether [sd]addr \S+| ip id \d+| ip6 flowlabel \d+| @(?:th|ll|nh),\S+ 0x\w+| icmp sequence \d+| icmpv6 parameter-problem \d+| icmp gateway \d+/g,
      '',
    )
    .trimEnd();
