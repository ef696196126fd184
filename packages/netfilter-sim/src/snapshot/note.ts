import type { Position } from '../error.ts';
import type { Family } from '../packet/address.ts';
import type { BackEnd, TableName } from '../ruleset/shared/hooks.ts';
import type { NodeFile } from './file-names.ts';

/** What a reader of an answer has to know of the files that it comes from. A `file` is named with its folder. */
export type Note =
  /** Routes that the files lack, and that the kernel makes of addresses by itself. */
  | { readonly kind: 'routes-derived'; readonly family: Family; readonly file: string; readonly what: 'all' | 'local' }
  /** Rules look into tables of which no file tells. `tables` has their numbers. */
  | { readonly kind: 'tables-missing'; readonly family: Family; readonly file: string; readonly tables: readonly number[] }
  /** Two devices are in one network: which route is older decides, and addresses do not tell it. `network` is written as a prefix. */
  | { readonly kind: 'network-twice'; readonly network: string; readonly devices: readonly string[] }
  /** Rules are in the kernel that are in no file. `where` says in which back end they are, `mend` how to get them. */
  | { readonly kind: 'rules-missing'; readonly position: Position; readonly where: string; readonly mend: string }
  /** All that tells of rules is empty, as where there are none, and as where somebody asked who may not see them; `file` is the first. */
  | { readonly kind: 'no-rules'; readonly file: string }
  /**
   * Of two tables at one priority the one that was registered later runs first, and no file tells which that is. `files` are
   * `iptables-save.txt`'s and the other's.
   */
  | { readonly kind: 'both-back-ends'; readonly family: Family; readonly files: readonly [string, string]; readonly runsFirst: BackEnd }
  /** A listing of one table; the others are taken to be empty. */
  | { readonly kind: 'one-table'; readonly file: string; readonly tables: readonly TableName[] }
  /** No such name is known, but one like it is `meant`. */
  | { readonly kind: 'file-not-read'; readonly file: string; readonly meant: NodeFile }
  /** `names` are those of files in the `folder` that no reader knows. */
  | { readonly kind: 'files-not-read'; readonly folder: string; readonly names: readonly string[] }
  /** Another file says the same in a form that tells more. `instead` is the other file's name. */
  | { readonly kind: 'file-passed-over'; readonly file: string; readonly instead: string }
  /** Lines of conntrack that could not be read: how many (`count`), and the `reason` of the first. */
  | { readonly kind: 'lines-left-out'; readonly first: Position; readonly reason: string; readonly count: number };

const COMMANDS: Readonly<Record<Family, string>> = {
  ipv4: 'ip -j -N route show table all',
  ipv6: 'ip -j -6 -N route show table all',
};

const NAMES: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

const printPosition = ({ file, line }: Position): string => `${file}:${line}`;

/** A note as one line: what is so, and what would mend it. */
export const printNote = (note: Note): string => {
  switch (note.kind) {
    case 'routes-derived': {
      const own = 'those that the kernel makes of the addresses';
      const mend = `${COMMANDS[note.family]} prints all`;
      return note.what === 'all'
        ? `${note.file}: there are no ${NAMES[note.family]} routes, so only ${own} are taken (${mend})`
        : `${note.file}: the local table is missing for ${NAMES[note.family]}, so ${own} are added (${mend})`;
    }
    case 'tables-missing':
      return `${note.file}: ${NAMES[note.family]} rules look into table ${note.tables.join(', ')}, whose routes are in no file (${COMMANDS[note.family]} prints all)`;
    case 'network-twice':
      return `${note.network} is on ${note.devices.join(' and ')}: which of the routes is older is not known, the first of these is taken`;
    case 'rules-missing':
      return `${printPosition(note.position)}: ${note.where} has rules too, and the answer lacks them (${note.mend})`;
    case 'no-rules':
      return `${note.file}: this file is empty: there are no rules, or who asked was not root`;
    case 'both-back-ends': {
      const [usual, other] = note.files;
      return `${usual}, ${other}: the kernel runs both back ends; which of two tables of one name runs first is not known, that of ${note.runsFirst} is taken`;
    }
    case 'one-table':
      return `${note.file}: there is only table ${note.tables.join(', ')}, others are taken to be empty (iptables-save prints all)`;
    case 'file-not-read':
      return `${note.file}: this file is not read (name it ${note.meant})`;
    case 'files-not-read':
      return `${note.folder}: not read, since no such files are known: ${note.names.join(', ')}`;
    case 'file-passed-over':
      return `${note.file}: this file is not read, ${note.instead} is`;
    case 'lines-left-out': {
      const more = note.count === 1 ? '' : `, and ${note.count - 1} more ${note.count === 2 ? 'line' : 'lines'}`;
      return `${printPosition(note.first)}: this line is left out${more}: ${note.reason}`;
    }
  }
};
