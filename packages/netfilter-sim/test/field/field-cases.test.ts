import { describe, expect, it } from 'vitest';
import { ask, hasFieldCases, questionsOf } from './ask.ts';

/** What is said to the questions of a case: exit code, and what each answer shows and does not. */
interface Row {
  readonly code: 0 | 1 | 2;
  /** For each question of the case, in order; on standard output and standard error together. */
  readonly says: readonly (readonly RegExp[])[];
  readonly saysNot?: readonly RegExp[];
}

/** A row for each case of the folder that is answered as the kernel does. */
const ROWS: Readonly<Record<string, Row>> = {
  bom: { code: 0, says: [[/= +delivered to this node/]] },
  'check-nft': { code: 0, says: [[/nft-ruleset\.json: nftables, 1 table, 1 chain, 0 rules\n[^]*not evaluated: none\n/]] },
  'conf-all-forwarding': { code: 0, says: [[/= +forwarded by eth1/]] },
  'conntrack-offload': { code: 0, says: [[/= +delivered to this node/, /tcp +6 src=192\.0\.2\.20 .* \[OFFLOAD\] /]] },
  'legacy-tables-present': {
    code: 0,
    says: [[/^note: \.\/iptables-save\.txt:8: the legacy back end of iptables has rules too, and the answer lacks them/]],
  },
  'main-table-only': {
    code: 0,
    says: [[/^note: \.\/ip-route\.json: the local table is missing for IPv4, so those that the kernel makes of the addresses are added/, /= +delivered to this node/]],
    saysNot: [/forwarded/],
  },
  'no-commit-at-end': {
    code: 2,
    says: [[/^netfilter-sim: \.\/iptables-save\.txt:5:1: COMMIT is missing here: table filter, which begins in line 1, has no end/]],
  },
  'peer-address-derived-route': { code: 0, says: [[/^note: \.\/ip-route\.json: there are no IPv4 routes/, /= +forwarded by ppp0/]] },
  'uidrange-rule': { code: 0, says: [[/= +dropped by filter INPUT rule 1/]] },
};

describe.skipIf(!hasFieldCases)('what is said of nodes from the field (skipped without ../shared)', () => {
  it.each(Object.entries(ROWS))('%s', async (name, { code, says, saysNot = [] }) => {
    const questions = questionsOf(name);
    expect(questions).toHaveLength(says.length);
    for (const [at, words] of questions.entries()) {
      const ended = await ask(name, words);
      const said = `${ended.stdout}${ended.stderr}`;
      for (const pattern of says[at] ?? []) expect(said).toMatch(pattern);
      for (const pattern of saysNot) expect(said).not.toMatch(pattern);
      expect(ended.code).toBe(code);
    }
  });
});

describe.skipIf(!hasFieldCases)('what else is asked of these nodes (skipped without ../shared)', () => {
  it('a packet of an offloaded connection is not followed', async () => {
    const { stdout } = await ask('conntrack-offload', ['trace', '--node', '.', 'eth0: tcp 192.0.2.20:4000 > 198.51.100.1:443 flags A']);
    expect(stdout).toMatch(/offloaded: a flowtable carries its packets past the hooks/);
  });

  it('a local packet of an unknown owner depends on uidrange, whose table is in no file', async () => {
    const { stdout } = await ask('uidrange-rule', ['trace', '--node', '.', 'local: udp 192.0.2.10:4000 > 192.0.2.1:5']);
    expect(stdout).toMatch(/ip rule 100 uidrange 1000-1000: the routes of table 100 are in no file/);
  });
});
