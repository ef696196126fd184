import { InputError, loadNftables, printNftRule, readNftables } from '@nodelocal/netfilter-sim';
import type { NftRuleSet } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { inNamespace, skipped, whyNot } from '../../../support/namespace.ts';

const BEFORE = `table inet dns {
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		udp dport 53 notrack
	}
}
table ip other {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
	}
}
`;

const TABLE = `table inet dns {
	set addresses {
		type ipv4_addr
		elements = { 169.254.20.10, 10.96.0.10 }
	}
	chain prerouting {
		type filter hook prerouting priority raw; policy accept;
		ip daddr @addresses tcp dport 53 notrack
	}
	chain input {
		type filter hook input priority filter; policy accept;
		ip daddr @addresses udp dport 53 accept
	}
}
`;

const CASES: readonly (readonly [name: string, text: string])[] = [
  ['a table beside others', TABLE.replaceAll('inet dns', 'inet nodelocaldns')],
  ['a table that is there: its chains get more rules', TABLE],
  ['a table made anew', `add table inet dns\ndelete table inet dns\n${TABLE}`],
  ['a table emptied first', `table inet dns\nflush table inet dns\n${TABLE}`],
  ['a table taken away', 'delete table ip other\n'],
  ['a table taken away that is not there', 'delete table ip none\n'],
  ['a table flushed that is not there', 'flush table ip none\n'],
];

const rulesOf = ({ tables }: NftRuleSet): readonly string[] =>
  tables
    .flatMap(({ family, name, chains }) =>
      [...chains.values()].flatMap((chain) => [
        `${family} ${name} ${chain.name}`,
        ...chain.rules.map((rule) => `${family} ${name} ${chain.name}: ${printNftRule(rule, family)}`),
      ]),
    )
    .toSorted();

const byModel = (text: string): readonly string[] | 'refused' => {
  try {
    return rulesOf(loadNftables(readNftables('before', BEFORE), text, { file: 'transaction' }));
  } catch (error) {
    if (error instanceof InputError) return 'refused';
    throw error;
  }
};

const byNft = (text: string): readonly string[] | 'refused' => {
  const here = (file: string): string => `<<'END'\n${file}\nEND\n`;
  const { code, stdout, stderr } = inNamespace(`nft -f - ${here(BEFORE)}[ $? = 0 ] || exit 9\nnft -f - ${here(text)}[ $? = 0 ] || exit 1\nexec nft list ruleset`);
  if (code !== 0 && code !== 1) throw new Error(stderr);
  return code === 1 ? 'refused' : rulesOf(readNftables('after', stdout));
};

const why = whyNot('nft list ruleset');

describe.skipIf(why !== undefined)(`nft -f leaves what the model leaves${skipped(why)}`, () => {
  it.each(CASES)('of %s', (_name, text) => {
    expect(byModel(text)).toEqual(byNft(text));
  });
});

describe('loadNftables', () => {
  const before = readNftables('before', BEFORE);

  it('names a rule behind others by its place in the chain', () => {
    const { tables } = loadNftables(before, TABLE, { file: 'transaction' });
    expect(tables[0]?.chains.get('prerouting')?.rules.map(({ handle }) => handle)).toEqual([-1, -2]);
  });

  it('takes away a table that is there, and none that is not', () => {
    expect(loadNftables(before, 'destroy table inet dns\n', { file: 'transaction' }).tables).toHaveLength(1);
    expect(loadNftables(before, 'destroy table inet none\n', { file: 'transaction' }).tables).toHaveLength(2);
  });

  it.each([
    ['flush ruleset\n', 'transaction:1:1: '],
    [`${TABLE}delete table inet dns\n`, 'transaction:15:1: a command on a table stands behind a table (put the commands first)'],
  ])('refuses %j', (text, message) => {
    expect(() => loadNftables(before, text, { file: 'transaction' })).toThrow(message);
  });
});
