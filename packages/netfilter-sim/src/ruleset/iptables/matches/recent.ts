import { InputError } from '../../../error.ts';
import { addressBits, addressFromBits } from '../../../packet/address.ts';
import type { Address } from '../../../packet/address.ts';
import { readHost, wholeMask } from '../../shared/address-values.ts';
import type { PacketContext } from '../../shared/context.ts';
import { UINT32_MAX } from '../../shared/numbers.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule } from '../extension/extension.ts';
import { findOption, hasOption, not, numberValue, refuse, requireOneOption, valueOf } from '../extension/option-values.ts';
import { isProcName } from '../extension/proc-name.ts';

/** Addresses seen lately, in a table that rules share by its name (net/netfilter/xt_recent.c). */
export interface RecentMatch {
  readonly kind: 'recent';
  readonly operation: 'set' | 'rcheck' | 'update' | 'remove';
  readonly inverted: boolean;
  readonly table: string;
  readonly side: 'source' | 'destination';
  /** As an address; it may have holes. */
  readonly mask: Address;
  /** 0: whenever. */
  readonly seconds: number;
  /** 0: once is enough. */
  readonly hits: number;
  /** Forget what is older than `seconds` on the way. */
  readonly reap: boolean;
  /** The packet's TTL must be the one that was noted. */
  readonly sameTtl: boolean;
}

/** Plain data, the entry that was touched longest ago first. */
interface RecentTable {
  /** That of the rule that made the list counts for all (recent_mt_check). */
  readonly mask: Address;
  readonly entries: RecentEntry[];
}

interface RecentEntry {
  readonly address: Address;
  ttl: number;
  /** Milliseconds, oldest first. */
  stamps: number[];
}

/** Module parameter ip_list_tot: the entry touched longest ago makes room. */
const ENTRIES_MAX = 100;
/** A power of two from `--hitcount`; 32 where there is none (recent_mt_check). */
const STAMPS_MIN = 32;
const HITS_MAX = 65535;
/** XT_RECENT_NAME_LEN with its NUL. */
const NAME_BYTES_MAX = 199;

const OPERATIONS = ['--set', '--rcheck', '--update', '--remove'];

const flag = { values: 0, invertible: false } as const;
const one = { values: 1, invertible: false } as const;

/** The hops that the packet had before this host took one off on forwarding it. */
const ttlSeen = ({ packet, outDevice, owner }: PacketContext): number =>
  outDevice !== '' && owner.kind === 'no-socket' ? packet.ttl + 1 : packet.ttl;

const forget = (table: RecentTable, entry: RecentEntry): void => {
  table.entries.splice(table.entries.indexOf(entry), 1);
};

const remember = (table: RecentTable, address: Address, ttl: number, now: number): void => {
  if (table.entries.length >= ENTRIES_MAX) table.entries.shift();
  table.entries.push({ address, ttl, stamps: [now] });
};

/** recent_entry_update: one more stamp, and to the end of the line. */
const touch = (table: RecentTable, entry: RecentEntry, ttl: number, now: number, hits: number): void => {
  const stampsMax = Math.max(STAMPS_MIN, 2 ** Math.ceil(Math.log2(Math.max(1, hits))));
  forget(table, entry);
  entry.stamps = [...entry.stamps, now].slice(-stampsMax);
  entry.ttl = ttl;
  table.entries.push(entry);
};

/** recent_entry_reap looks at the oldest entry only, and spares the one at work if it gets updated. */
const reapOldest = (table: RecentTable, since: number, atWork: RecentEntry, updates: boolean): void => {
  const oldest = table.entries[0];
  if (oldest === undefined || (oldest === atWork && updates)) return;
  if ((oldest.stamps.at(-1) ?? 0) < since) forget(table, oldest);
};

export const recent: MatchModule<'recent', RecentMatch> = {
  name: 'recent',
  notModelledFor: 'lists that rules with different masks share',
  options: {
    '--set': { values: 0, invertible: true },
    '--rcheck': { values: 0, invertible: true },
    '--update': { values: 0, invertible: true },
    '--remove': { values: 0, invertible: true },
    '--seconds': one,
    '--reap': flag,
    '--hitcount': one,
    '--rttl': flag,
    '--name': one,
    '--mask': one,
    '--rsource': flag,
    '--rdest': flag,
  },

  parse(options, scope) {
    const operation = requireOneOption(options, OPERATIONS, scope);
    const [seconds, hits] = [findOption(options, '--seconds'), findOption(options, '--hitcount')];
    const checks = operation.name === '--rcheck' || operation.name === '--update';
    for (const option of [seconds, hits, findOption(options, '--rttl')]) {
      if (option !== undefined && !checks) {
        throw new InputError(
          option.position,
          `${option.name} does not go with ${operation.name}`,
          'use --rcheck or --update',
        );
      }
    }
    if (hasOption(options, '--reap') && seconds === undefined) {
      throw new InputError(scope.position, '--reap needs --seconds', 'add --seconds N');
    }
    const name = findOption(options, '--name');
    if (name !== undefined && !isProcName(valueOf(name), NAME_BYTES_MAX)) {
      refuse(name, `a table name of 1 to ${NAME_BYTES_MAX} bytes without a slash`);
    }
    const mask = findOption(options, '--mask');
    const maskAddress =
      mask === undefined
        ? undefined
        : (readHost(scope.family, valueOf(mask)) ?? refuse(mask, `an ${scope.family} mask as an address`));
    return {
      kind: 'recent',
      operation: operation.name.slice(2) as RecentMatch['operation'],
      inverted: operation.inverted,
      table: name === undefined ? 'DEFAULT' : valueOf(name),
      side: hasOption(options, '--rdest') ? 'destination' : 'source',
      mask: maskAddress ?? addressFromBits(scope.family, wholeMask(scope.family)),
      seconds: seconds === undefined ? 0 : numberValue(seconds, { min: 1, max: UINT32_MAX }),
      hits: hits === undefined ? 0 : numberValue(hits, { min: 0, max: HITS_MAX }),
      reap: hasOption(options, '--reap'),
      sameTtl: hasOption(options, '--rttl'),
    };
  },

  print: (match) =>
    [
      `${not(match.inverted)}--${match.operation}`,
      // Printed as if it had a sign (recent_save).
      ...(match.seconds === 0 ? [] : [`--seconds ${match.seconds | 0}`]),
      ...(match.reap ? ['--reap'] : []),
      ...(match.hits === 0 ? [] : [`--hitcount ${match.hits}`]),
      ...(match.sameTtl ? ['--rttl'] : []),
      // Unquoted, whatever it holds (recent_save of libxt_recent.c).
      `--name ${match.table}`,
      `--mask ${match.mask}`,
      match.side === 'source' ? '--rsource' : '--rdest',
    ].join(' '),

  evaluate(match, context) {
    const table = context.memory<RecentTable>(`recent:${match.table}`, () => ({ mask: match.mask, entries: [] }));
    if (table.mask !== match.mask) return notModelled(`which rule made the list ${match.table}: its rules have different masks`);
    const { packet, family, now } = context;
    const bits = addressBits(match.side === 'source' ? packet.src : packet.dst) & addressBits(match.mask);
    const address = addressFromBits(family, bits);
    const ttl = ttlSeen(context);
    const entry = table.entries.find(
      (known) => known.address === address && (!match.sameTtl || known.ttl === ttl || known.ttl === 0),
    );
    if (entry === undefined) {
      if (match.operation === 'set') remember(table, address, ttl, now);
      return answer((match.operation === 'set') !== match.inverted);
    }
    const since = now - match.seconds * 1000;
    switch (match.operation) {
      case 'set':
        touch(table, entry, ttl, now, match.hits);
        return answer(!match.inverted);
      case 'remove':
        forget(table, entry);
        return answer(!match.inverted);
      case 'rcheck':
      case 'update': {
        const hits = match.seconds === 0 ? entry.stamps.length : entry.stamps.filter((stamp) => stamp >= since).length;
        // The kernel updates by what the match says in the end, its inversion included.
        const says = hits >= Math.max(1, match.hits) !== match.inverted;
        const updates = match.operation === 'update' && says;
        if (match.reap) reapOldest(table, since, entry, updates);
        if (updates) touch(table, entry, ttl, now, match.hits);
        return answer(says);
      }
    }
  },

  describe: ({ operation, inverted, table, side, seconds, hits }) => {
    const when = seconds === 0 ? '' : ` in the last ${seconds} s`;
    const often = hits > 1 ? ` ${hits} times` : '';
    switch (operation) {
      case 'set':
        return `its ${side} is noted in the table ${table}${inverted ? ' (which never holds)' : ''}`;
      case 'remove':
        return `its ${side} ${inverted ? 'was not' : 'was'} in the table ${table} and is removed`;
      case 'rcheck':
      case 'update':
        return `its ${side} ${inverted ? 'was not' : 'was'} seen${often}${when} by the table ${table}`;
    }
  },
};
