import { describe, expect, it } from 'vitest';
import { ask, fieldCaseNames, hasFieldCases, questionsOf } from './ask.ts';

/** What is said to the questions of a case: exit code, and what each answer shows and does not. */
interface Row {
  readonly code: 0 | 1 | 2;
  /** For each question of the case, in order; on standard output and standard error together. */
  readonly says: readonly (readonly RegExp[])[];
  readonly saysNot?: readonly RegExp[];
}

/** A row for each case of the folder that is answered as the kernel does. */
const ROWS: Readonly<Record<string, Row>> = {
  'assume-never-asked': { code: 2, says: [[/^netfilter-sim: --assume 'filter NOPE rule 77': this node has no chain NOPE in the table filter\n$/]] },
  bom: { code: 0, says: [[/= +delivered to this node/]] },
  'bridge-port-as-device': { code: 0, says: [[/it comes in by br0/, /= +dropped by filter INPUT rule 1/]] },
  'check-nft': { code: 0, says: [[/nft-ruleset\.json: nftables, 1 table, 1 chain, 0 rules\n[^]*not evaluated: none\n/]] },
  'conf-all-forwarding': { code: 0, says: [[/= +forwarded by eth1/]] },
  'conntrack-offload': { code: 0, says: [[/= +delivered to this node/, /tcp +6 src=192\.0\.2\.20 .* \[OFFLOAD\] /]] },
  'icmpv6-states': { code: 0, says: [[/such messages are never tracked/, /INPUT +filter +rule 2: .* --ctstate UNTRACKED\n/]] },
  'ipvs-node': { code: 0, says: [[/not followed further: this node uses IPVS \(kube-ipvs0 has 10\.96\.0\.10\), which is not modelled: the answer would be a guess/]] },
  'legacy-tables-present': {
    code: 0,
    says: [[/^note: \.\/iptables-save\.txt:8: the legacy back end of iptables has rules too, and the answer lacks them/]],
  },
  'local-packet-with-mark': { code: 0, says: [[/= +sent by eth0/]] },
  'main-table-only': {
    code: 0,
    says: [[/^note: \.\/ip-route\.json: the local table is missing for IPv4, so those that the kernel makes of the addresses are added/, /= +delivered to this node/]],
    saysNot: [/forwarded/],
  },
  'masquerade-via-inet6': { code: 0, says: [[/via fe80::1/, /src 192\.0\.2\.20 becomes 198\.51\.100\.10/, /= +forwarded by eth1/, /dst=198\.51\.100\.10/]] },
  'multicast-not-joined': { code: 0, says: [[/= +dropped because nobody on this node has joined its group on eth0/]], saysNot: [/INPUT/] },
  'nft-ct-helper': { code: 0, says: [[/handle 20: tcp dport 21 ct helper set "ftp"\n/, /= +forwarded by eth1/]] },
  'nft-frag-off': { code: 0, says: [[/= +delivered to this node/]] },
  'nft-mss-clamp': { code: 0, says: [[/handle 20: .* tcp option maxseg size set rt mtu\n/, /= +forwarded by eth1/]] },
  'nft-skuid-explore': { code: 0, says: [[/^the only way$/m, /= +sent by eth0/]] },
  'no-commit-at-end': {
    code: 2,
    says: [[/^netfilter-sim: \.\/iptables-save\.txt:5:1: COMMIT is missing here: table filter, which begins in line 1, has no end/]],
  },
  'owner-other-port': { code: 0, says: [[/= +sent by eth0/]] },
  'peer-address-derived-route': { code: 0, says: [[/^note: \.\/ip-route\.json: there are no IPv4 routes/, /= +forwarded by ppp0/]] },
  'same-bridge-no-br-netfilter': {
    code: 0,
    says: [[/dst 10\.96\.0\.10 becomes 10\.1\.0\.3[^]*udp 10\.1\.0\.3:53 > 10\.1\.0\.2:4002, by br0\nbridge +br0 switches it to another port, past every hook\n= +forwarded by br0/]],
    saysNot: [/src 10\.1\.0\.3 becomes/],
  },
  'sctp-has-no-ports': {
    code: 0,
    says: [[/not followed further: it hangs on the ports of an SCTP packet [^]*--assume 'filter INPUT rule 1=yes'/]],
  },
  'tcpmss-clamp-to-pmtu': {
    code: 0,
    says: [[/-j TCPMSS --clamp-mss-to-pmtu\n +rule 3: .* --length 44\n/], [/-j TCPMSS --clamp-mss-to-pmtu\n +policy ACCEPT\n/]],
  },
  tproxy: { code: 0, says: [[/= +dropped by mangle PREROUTING rule 1/]] },
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
  it('each of them has a row', () => {
    expect(Object.keys(ROWS).sort()).toEqual(fieldCaseNames());
  });

  it('a SYN that announces more than the path takes is lowered to it, and one of IPv6 gets what it lacks', async () => {
    const walk = async (node: string, packet: string): Promise<string> =>
      (await ask('tcpmss-clamp-to-pmtu', ['trace', '--node', node, packet])).stdout;
    expect(await walk('./node2', 'local: tcp 127.0.0.1:4000 > 127.0.0.1:80 flags S mss 1460')).toMatch(/rule 2: .* --mss 1360\n/);
    expect(await walk('./node', 'local: tcp [::1]:4000 > [::1]:80 flags S')).toMatch(/rule 3: .* --length 64\n/);
  });

  it('a packet that arrives has no mark', async () => {
    const { code, stderr } = await ask('local-packet-with-mark', ['trace', '--node', '.', 'eth0: udp 192.0.2.20:1 > 192.0.2.10:2 mark 1']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/a packet that arrives has no mark/) as string });
  });

  it('a packet of an offloaded connection is not followed', async () => {
    const { stdout } = await ask('conntrack-offload', ['trace', '--node', '.', 'eth0: tcp 192.0.2.20:4000 > 198.51.100.1:443 flags A']);
    expect(stdout).toMatch(/offloaded: a flowtable carries its packets past the hooks/);
  });

  it('a local packet of an unknown owner depends on uidrange, whose table is in no file', async () => {
    const { stdout } = await ask('uidrange-rule', ['trace', '--node', '.', 'local: udp 192.0.2.10:4000 > 192.0.2.1:5']);
    expect(stdout).toMatch(/ip rule 100 uidrange 1000-1000: the routes of table 100 are in no file/);
  });
});
