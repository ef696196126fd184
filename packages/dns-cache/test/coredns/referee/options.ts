import { parseArgs } from 'node:util';
import type { CoreDnsRelease } from '../../../src/referee/differences.ts';
import { COREDNS_RELEASES, isCoreDnsRelease } from '../../../src/referee/differences.ts';

export interface Asked {
  readonly seed: number;
  readonly count: number;
  readonly release: CoreDnsRelease;
  readonly jobs: number;
  /** Where conversations with something unexplained are written to. */
  readonly keep: string | undefined;
  /** Recorded ones, in place of fresh ones. */
  readonly conversations: string | undefined;
  /** Odd Corefiles, of which it is recorded whether CoreDNS starts with them. */
  readonly files: string | undefined;
  /** Fresh ones, in place of conversations. */
  readonly oddFiles: boolean;
}

export const USAGE = `usage: pnpm referee:coredns -- [--seed N] [--count N] [--release ${COREDNS_RELEASES.join('|')}] [--keep FILE] [-j JOBS]
       pnpm referee:coredns -- --conversations FILE.jsonl [--keep FILE] [-j JOBS]
       pnpm referee:coredns -- --odd-files [--seed N] [--count N] [--keep FILE] [-j JOBS]
       pnpm referee:coredns -- --files FILE.jsonl

Has CoreDNS and dns-cache hold the same conversations, and names each difference that no row of docs/coredns.md explains.
  --seed N              the first conversation, else one by the clock; those with even numbers are plain
  --count N             so many, 20 if nothing is said
  --release VERSION     of CoreDNS, ${COREDNS_RELEASES[0]} if nothing is said; it is built once, from its Go module
  --keep FILE           adds conversations with something unexplained, as CoreDNS held them
  --conversations FILE  those of a file, a line of JSON each; CoreDNS holds only those that do not say what it did (\`seen\`),
                        and --keep keeps these, so that a case can be made smaller by hand
  --odd-files           fresh Corefiles with something wrong or odd in place of conversations: whether each starts or not, as
                        with CoreDNS, in a network of its own (which takes root)
  --files FILE          recorded Corefiles: whether each starts or not, as with CoreDNS
  -j JOBS               so many at once, 2 if nothing is said; what differs then is held once more alone, at the end
Those that shall be held by every \`pnpm test\` go to packages/dns-cache/test/coredns/kept/.
It ends with 0 where all is explained, 1 where not, 2 where it was used wrongly.
`;

const OPTIONS = {
  seed: { type: 'string' },
  count: { type: 'string', default: '20' },
  release: { type: 'string', default: COREDNS_RELEASES[0] },
  jobs: { type: 'string', short: 'j', default: '2' },
  keep: { type: 'string' },
  conversations: { type: 'string' },
  files: { type: 'string' },
  'odd-files': { type: 'boolean', default: false },
  help: { type: 'boolean' },
} as const;

const readCount = (flag: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${flag}: not a number: '${text}'`);
  return Number(text);
};

/** `undefined`: help is wanted. @throws Error with what is wrong */
export const readOptions = (args: readonly string[], fallbackSeed: number): Asked | undefined => {
  const { values } = parseArgs({ args: args.filter((word) => word !== '--'), options: OPTIONS });
  if (values.help === true) return undefined;
  const { release } = values;
  if (!isCoreDnsRelease(release)) throw new RangeError(`--release: not one of ${COREDNS_RELEASES.join(', ')}: '${release}'`);
  return {
    seed: values.seed === undefined ? fallbackSeed : readCount('--seed', values.seed),
    count: readCount('--count', values.count),
    release,
    jobs: Math.max(1, readCount('-j', values.jobs)),
    keep: values.keep,
    conversations: values.conversations,
    files: values.files,
    oddFiles: values['odd-files'],
  };
};
