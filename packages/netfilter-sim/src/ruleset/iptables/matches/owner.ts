import { InputError } from '../../../error.ts';
import { printInterval, readBounded } from '../../shared/numbers.ts';
import type { Interval } from '../../shared/numbers.ts';
import { notModelled } from '../../shared/not-modelled.ts';
import { answer } from '../../shared/outcome.ts';
import type { MatchModule, WrittenOption } from '../extension/extension.ts';
import { findOption, hasOption, is, not, refuse, valueOf } from '../extension/option-values.ts';

interface IdTest {
  readonly ids: Interval;
  readonly inverted: boolean;
}

/** Whose socket sent the packet (net/netfilter/xt_owner.c). */
export interface OwnerMatch {
  readonly kind: 'owner';
  readonly uid?: IdTest;
  readonly gid?: IdTest;
  /** `--gid-owner` counts supplementary groups too. */
  readonly supplementaryGroups: boolean;
  readonly socketExists?: { readonly inverted: boolean };
}

const IDS: Interval = { min: 0, max: 0xffff_fffe };
/** Other names are the host's own; this one is the same everywhere. */
const ROOT: Interval = { min: 0, max: 0 };

/** Both ends must be there, unlike in other ranges. */
const readIdRange = ([low = '', high = low, ...more]: readonly string[]): Interval | undefined => {
  const [min, max] = [readBounded(low, IDS), readBounded(high, IDS)];
  return min === undefined || max === undefined || more.length > 0 ? undefined : { min, max };
};

const readIds = (options: readonly WrittenOption[], name: string): IdTest | undefined => {
  const option = findOption(options, name);
  if (option === undefined) return undefined;
  const text = valueOf(option);
  const ids = text === 'root' ? ROOT : readIdRange(text.split(/[-:]/));
  if (ids === undefined || ids.min > ids.max) {
    return refuse(option, 'a numeric id or a range LOW-HIGH (names are not looked up)');
  }
  return { ids, inverted: option.inverted };
};

const print = (name: string, test: IdTest | undefined): readonly string[] =>
  test === undefined ? [] : [`${not(test.inverted)}${name} ${printInterval(test.ids, '-')}`];

const inside = (id: number, { min, max }: Interval): boolean => id >= min && id <= max;

const NOT_KNOWN = { uid: undefined, gid: undefined, supplementaryGids: undefined } as const;

/** Whether one of the ids is asked for; one that is not known may be. */
const owns = (test: OwnerMatch['uid'], ids: readonly (number | undefined)[]): 'yes' | 'no' | 'unknown' => {
  if (test === undefined) return 'yes';
  const found = ids.some((id) => id !== undefined && inside(id, test.ids));
  if (!found && ids.includes(undefined)) return 'unknown';
  return found === test.inverted ? 'no' : 'yes';
};

/** What has no owner passes for anybody else's. */
const isNotAsked = (test: { readonly inverted: boolean } | undefined): boolean => test === undefined || test.inverted;

export const owner: MatchModule<'owner', OwnerMatch> = {
  name: 'owner',
  steady: 'always',
  notModelledFor: 'packets whose sender is not known',
  options: {
    '--uid-owner': { values: 1, invertible: true },
    '--gid-owner': { values: 1, invertible: true },
    '--socket-exists': { values: 0, invertible: true },
    '--suppl-groups': { values: 0, invertible: false },
  },
  placement: () => ({ hooks: ['OUTPUT', 'POSTROUTING'] }),

  parse(options, scope) {
    const [uid, gid] = [readIds(options, '--uid-owner'), readIds(options, '--gid-owner')];
    const socket = findOption(options, '--socket-exists');
    if (uid === undefined && gid === undefined && socket === undefined) {
      throw new InputError(
        scope.position,
        'match "owner" has no option',
        'add --uid-owner, --gid-owner or --socket-exists',
      );
    }
    const groups = findOption(options, '--suppl-groups');
    const first = options.find(({ name }) => name === '--gid-owner' || name === '--suppl-groups');
    if (groups !== undefined && first === groups) {
      throw new InputError(groups.position, '--suppl-groups needs --gid-owner', 'add --gid-owner GID in front of it');
    }
    return {
      kind: 'owner',
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      ...(socket === undefined ? {} : { socketExists: { inverted: socket.inverted } }),
      supplementaryGroups: hasOption(options, '--suppl-groups'),
    };
  },

  print: (match) =>
    [
      ...(match.socketExists === undefined ? [] : [`${not(match.socketExists.inverted)}--socket-exists`]),
      ...print('--uid-owner', match.uid),
      ...print('--gid-owner', match.gid),
      ...(match.supplementaryGroups ? ['--suppl-groups'] : []),
    ].join(' '),

  evaluate({ uid, gid, supplementaryGroups, socketExists }, context) {
    const { owner } = context;
    switch (owner.kind) {
      case 'no-socket':
        // True only if every option that is given is inverted, which --suppl-groups cannot be (owner_mt: match ^ invert == 0).
        return answer(!supplementaryGroups && [uid, gid, socketExists].every(isNotAsked));
      case 'kernel-socket':
        return answer(socketExists?.inverted !== true && [uid, gid].every(isNotAsked));
      case 'unknown':
      case 'socket': {
        const own = owner.kind === 'socket' ? owner : NOT_KNOWN;
        const groups = supplementaryGroups ? [own.gid, ...(own.supplementaryGids ?? [undefined])] : [own.gid];
        const tests = [owns(uid, [own.uid]), owns(gid, groups)];
        if (socketExists?.inverted === true || tests.includes('no')) return 'no-match';
        return tests.includes('unknown') ? notModelled('the user that owns the sending socket') : 'match';
      }
    }
  },

  describe: ({ uid, gid, socketExists }) =>
    [
      ...(socketExists === undefined
        ? []
        : [socketExists.inverted ? 'no socket of this host sent it' : 'a socket of this host sent it']),
      ...(uid === undefined ? [] : [`the sending user id ${is(uid.inverted)} ${printInterval(uid.ids, '–')}`]),
      ...(gid === undefined ? [] : [`the sending group id ${is(gid.inverted)} ${printInterval(gid.ids, '–')}`]),
    ].join(' and '),
};
