import { CorefileError } from '@nodelocal/dns-cache';
import type { OddFile } from './conversation.ts';
import { begin } from './play.ts';

/** Why a Corefile starts with one of them alone: which refuses it, and by what it says so. */
interface FileRow {
  readonly why: string;
  readonly refusedBy: 'ours' | 'coredns';
  readonly says: RegExp;
  /** And what such a Corefile has in it, where the words alone would fit more. */
  readonly has?: RegExp;
  /** Whether it has it in the directive that complains. */
  readonly isThere?: true;
  /** Those that were recorded. */
  readonly files: readonly string[];
}

export const FILE_ROWS: readonly FileRow[] = [
  {
    why: 'What comes behind one closing brace too many, or a zone too few, is a block without braces, in which directives are zones.',
    refusedBy: 'ours',
    says: /Expected '\{' after the zones/,
    files: ['f11-125', 'f11-191', 'f11-256', 'f11-268', 'f11-294', 'f11-327', 'f11-365', 'f11-386'],
  },
  { why: 'A brace alone is a zone of that name.', refusedBy: 'ours', says: /Unexpected '[{}]' \((?:a server block begins with its zones|write the zones before it, `\.` for all)\)/, files: ['f11-150', 'f11-182'] },
  { why: 'A file that ends within a block may have been cut off.', refusedBy: 'ours', says: /Unexpected EOF, expecting '\}'/, files: ['f11-3', 'f11-360'] },
  { why: 'Words behind a closing brace are the directive once more, without its name.', refusedBy: 'ours', says: /Unexpected '.*' after '\}'/, files: ['f11-89', 'f11-299'] },
  { why: 'Options of a directive that has none, or not these, are passed over.', refusedBy: 'ours', says: /unknown option|has no block of options/, files: ['f11-49', 'f11-57'] },
  { why: 'A brace behind a list of words is one of them, and the options that follow are the next directives.', refusedBy: 'ours', says: /takes all words of its line/, files: ['f11-203'] },
  { why: 'Not built, and said so.', refusedBy: 'ours', says: /directive 'sign' is not built yet|'(?:grpc|https|https3|quic):\/\/' is not built yet/, files: ['f11-320'] },
  { why: 'A file without a server block serves nobody.', refusedBy: 'ours', says: /no server block/, files: [] },
  { why: 'Nobody can ask for what is no domain name.', refusedBy: 'ours', says: /not a domain name/, files: [] },
  { why: 'A network with too long a prefix is a domain of that name.', refusedBy: 'ours', says: /invalid CIDR address/, files: [] },
  { why: 'Words behind `*` are passed over.', refusedBy: 'ours', says: /illegal CIDR notation|expect legal QTYPE/, has: /^\s+(?:allow|block|filter|drop) .*(?:type|net) \* +\S/m, files: [] },
  { why: 'A brace that comes of the environment is a word to some directives.', refusedBy: 'ours', says: /Unexpected '\{'/, has: /\{(?:\$ODD_BRACE|%ODD_BRACE%)\}/, files: [] },
  { why: 'A folder in the place of an upstream is a resolv.conf without servers.', refusedBy: 'ours', says: /not an (?:IP )?address.*'\.'|'\.'.*not an (?:IP )?address|EISDIR/, files: [] },
  { why: 'Words that are more than a directive takes are passed over.', refusedBy: 'ours', says: /Wrong argument count or unexpected line ending after .* \(write (?:success|denial) /, files: [] },
  { why: 'What listens at one address and at all of them takes the questions of both, by chance.', refusedBy: 'ours', says: /is bound to all addresses/, files: [] },
  { why: 'Pages at one address and at all of them are answered by either, by chance.', refusedBy: 'ours', says: /cannot listen on \S*:\d+ over TCP: address already in use/, has: /^[^\S\n]+(ready|health|pprof|prometheus)\b[^]*^[^\S\n]+\1\b/m, files: [] },
  { why: 'Behind a prefix of `dns64` the words of its block are prefixes, or passed over.', refusedBy: 'ours', says: /write prefix IPV6/, has: /dns64 \S+ \{/, files: [] },
  { why: 'Behind a prefix of `dns64` the words of its block are prefixes, or passed over.', refusedBy: 'coredns', says: /plugin\/dns64: (?:invalid CIDR|.*Wrong argument count)/, has: /dns64 \S+ \{/, files: [] },
  { why: 'A brace on a line of its own behind a block goes with the options before it, and is passed over.', refusedBy: 'ours', says: /Unexpected '\{' \(an opening brace ends the line/, has: /^[^\S\n]+\{/m, files: [] },
  { why: 'Of `whoami` the first line alone is read.', refusedBy: 'ours', says: /Wrong argument count/, has: /^[^\S\n]+whoami\b[^]*^[^\S\n]+whoami \S/m, files: [] },
  { why: 'A new name is a pattern for answers too, and here a name.', refusedBy: 'coredns', says: /invalid regex matching pattern: [+*?]/, has: /^[^\S\n]+rewrite .*name .*[+*?]/m, files: [] },
  { why: 'A scheme in capitals is a part of the zone.', refusedBy: 'ours', says: /is already defined/, has: /^(?:.*[ ,])?(?:DNS|TLS):\/\//m, files: [] },
  { why: 'A scheme that does not exist is a part of the zone.', refusedBy: 'ours', says: /unknown scheme/, files: [] },
  { why: 'Port 0 is any port there is, which nobody knows.', refusedBy: 'ours', says: /not a port: '0*'/, files: [] },
  { why: 'Whatever stands in the place of a port is taken, and no connection comes about.', refusedBy: 'ours', says: /not an IP address or file: '[\d.]+:\w+\{'/, files: [] },
  { why: 'Without a certificate no connection over TLS comes about.', refusedBy: 'ours', says: /has no certificate/, files: [] },
  { why: 'An address with its interface (RFC 4007 §11) is none.', refusedBy: 'coredns', says: /plugin\/bind: not a valid IP address or interface name: "fe[89ab][\da-f]:[\da-f:]*%\w+"/, files: [] },
  { why: 'A port alone is the root at that port, as it was with earlier releases.', refusedBy: 'coredns', says: /zone is not a valid domain name: $/, has: /(?:^|[\s,"])(?:\w+:\/\/)?(?:\{\$ODD_NONE\}|\{\$ODD_EMPTY\})?:(?:\d+|\{port\})/m, files: [] },
  {
    why: 'A brace on a line of its own begins the options of the directive before it, here of each, there of those that look for it.',
    refusedBy: 'coredns',
    says: /once per Server Block|unknown policy|Unknown directive|Wrong argument count|unknown property|no timeouts specified|Unexpected token '\{'|at least one address/,
    has: /^[^\S\n]+\{\s*$/m,
    isThere: true,
    files: [],
  },
  {
    why: 'What has no options may have an empty block here; there its brace is a word, or ends the block of the directive.',
    refusedBy: 'coredns',
    says: /once per Server Block|Wrong argument count|invalid query class|Unknown directive|unknown property|[Uu]nexpected token|at least one address|Unexpected token '\{'|no rule type specified|no timeouts specified/,
    has: /^[^\S\n]{5,}\S.*\{[^\S\n]*(?:\}[^\S\n]*)?$|^[^\S\n]+\S.*\{\s*\}/m,
    isThere: true,
    files: [],
  },
];

const CONTENTS = { hosts: '10.8.8.8 a.test file.test\n' };

/** What ours says where it does not start. */
export const complaint = ({ corefile }: Pick<OddFile, 'corefile'>): string | undefined => {
  try {
    begin({ corefile, files: CONTENTS });
    return undefined;
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
};

/** The lines of each directive that `says` names, as far as the next begins. */
const complaining = (corefile: string, says: string): readonly string[] => {
  const name = /plugin\/(\w+): /.exec(says)?.[1] ?? '';
  return corefile.split(/^(?= {4}[A-Za-z"])/m).filter((lines) => lines.toLowerCase().startsWith(`    ${name}`));
};

/** The row that explains why only one of them starts. @param says the words of the one that does not */
export const fileRow = (corefile: string, refusedBy: FileRow['refusedBy'], says: string): FileRow | undefined =>
  FILE_ROWS.find((row) => row.refusedBy === refusedBy && row.says.test(says) && (row.isThere === true ? complaining(corefile, says) : [corefile]).some((text) => row.has?.test(text) ?? true));

/** Whether both start, or neither, or it is said above why one does not. */
export const isExplained = (file: OddFile): boolean => {
  const said = complaint(file);
  if ((said === undefined) === file.starts) return true;
  return fileRow(file.corefile, file.starts ? 'ours' : 'coredns', said ?? file.says?.at(-1) ?? '') !== undefined;
};
