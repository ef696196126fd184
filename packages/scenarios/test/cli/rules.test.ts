import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';

const { folder, scenarios } = program();

const CLUSTER = fileURLToPath(new URL('../../nodes/cluster.json', import.meta.url));
const ON_WORKER = ['rules', CLUSTER, '--node', 'k01-worker', '--cluster-cidr', '192.168.0.0/16'];

/** A case of kube-proxy that wrote what we write. */
const caseOf = (written: object): string => {
  const { items } = JSON.parse(readFileSync(CLUSTER, 'utf8')) as { readonly items: readonly { readonly kind: string }[] };
  const of = (kind: string): readonly object[] => items.filter((each) => each.kind === kind);
  const objects = { nodes: of('Node'), services: of('Service'), endpointslices: of('EndpointSlice') };
  return JSON.stringify({ id: 'one', mode: 'iptables', flags: ['--cluster-cidr', '192.168.0.0/16'], objects, written });
};

describe('rules', () => {
  it('prints what kube-proxy writes, in each mode', async () => {
    const iptables = await scenarios(...ON_WORKER);
    expect({ ...iptables, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(iptables.stdout).toContain('-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU\n');
    const nftables = await scenarios(...ON_WORKER, '--mode', 'nftables', '--family', '4');
    expect(nftables.stdout.split('\n').filter((line) => line.startsWith('table'))).toEqual(['table ip kube-proxy {']);
    expect(nftables.stdout).toMatch(/10\.96\.0\.10 \. udp \. 53 : goto service-[A-Z0-9]{8}-kube-system\/kube-dns\/udp\/dns/);
    const ipvs = await scenarios(...ON_WORKER, '--mode=ipvs', '--ipvs-scheduler', 'lc');
    expect(ipvs.stdout.split('\n').filter((line) => line.startsWith('# '))).toEqual(['# iptables-save', '# ip6tables-save', '# ipset save', '# ipvsadm -Sn', '# ip -brief address show dev kube-ipvs0']);
    expect(ipvs.stdout).toContain('-A -u 10.96.0.10:53 -s lc\n-a -u 10.96.0.10:53 -r 192.168.195.131:53 -m -w 1\n');
  });

  it('takes kube-proxy’s flags wherever they stand', async () => {
    const { stdout } = await scenarios('rules', '--masquerade-all', CLUSTER, '--iptables-masquerade-bit=3', '--node', 'k01-worker');
    expect(stdout).toContain('-A KUBE-MARK-MASQ -j MARK --set-xmark 0x8/0x8\n');
    expect(stdout).toContain('-A KUBE-SVC-TCOU7JCQXEZGVUNU -d 10.96.0.10/32 -p udp -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp --dport 53 -j KUBE-MARK-MASQ\n');
  });

  it('holds recorded rules against its own', async () => {
    const { stdout } = await scenarios(...ON_WORKER);
    const ip6tables = (await scenarios(...ON_WORKER, '--family', '6')).stdout;
    const file = join(folder, 'cases.jsonl');
    writeFileSync(file, `${caseOf({ 'iptables-save': stdout, 'ip6tables-save': ip6tables })}\n`);
    expect(await scenarios('rules', '--check', file)).toEqual({ code: 0, stdout: '1 passed, 0 failed\n', stderr: '' });
    writeFileSync(file, `${caseOf({ 'iptables-save': stdout.replace('--dport 9153 -j KUBE-SVC', '--dport 9154 -j KUBE-SVC'), 'ip6tables-save': ip6tables })}\n`);
    const failed = await scenarios('rules', '--check', file);
    expect(failed.code).toBe(1);
    const rule = (port: number): string => `-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment "kube-system/kube-dns:metrics cluster IP" -m tcp --dport ${port} -j KUBE-SVC-JD5MR3NA4I4DYORP`;
    expect(failed.stdout.split('\n')).toEqual(['one: nat KUBE-SERVICES kube-system/kube-dns:metrics tcp', `  kube-proxy: ${rule(9154)}`, `  ours:       ${rule(9153)}`, '0 passed, 1 failed', '']);
  });

  it.each([
    ['no file', ['rules'], 'scenarios: rules: name a file with the objects of a cluster, or --check FILE\n'],
    ['two files', [...ON_WORKER, 'more.json'], 'scenarios: rules: one file is read, and there is "more.json" too\n'],
    ['no node', ['rules', CLUSTER], 'scenarios: rules: name the node with --node NAME\n'],
    ['another node', ['rules', CLUSTER, '--node', 'k02'], 'scenarios: there is no node "k02" among the objects (there are k01-control-plane, k01-worker, k01-worker2)\n'],
    ['another mode', [...ON_WORKER, '--mode', 'userspace'], "scenarios: option '--mode <mode>' argument 'userspace' is invalid. Allowed choices are iptables, nftables, ipvs; see scenarios rules --help\n"],
    ['a flag that is none', [...ON_WORKER, '--proxy-port=3'], /^scenarios: --proxy-port=3: kube-proxy's flags that decide rules are /],
    ['a case that is no JSON', ['rules', '--check', CLUSTER.replace('cluster.json', 'Corefile.base')], /^scenarios: .*Corefile\.base:1:1: this is not JSON/],
    ['a check and a node', ['rules', '--check', '/dev/null', '--node', 'k01-worker'], /^scenarios: rules: --check takes objects, node and flags from its file/],
    ['an empty file of cases', ['rules', '--check', '/dev/null'], 'scenarios: /dev/null: there is no case in this file\n'],
    ['no such file', ['rules', '--check', 'none.jsonl'], /^scenarios: .*none\.jsonl/],
  ])('ends with 2 and says why: %s', async (_, words, told) => {
    const { code, stderr, stdout } = await scenarios(...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(told);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
