import { compareViews, kernelView, modelView } from '@nodelocal/scenarios';
import type { View } from '@nodelocal/scenarios';
import { expect, it } from 'vitest';
import { record } from '../support/lesson.ts';

const viewOf = (name: string): View => modelView(record(name));

const ASKED = new Set(['10.96.0.10']);

it("reads what the kernel's tools print", () => {
  const conntrack = `tcp      6 431999 ESTABLISHED src=172.18.0.3 dst=10.96.248.93 sport=40000 dport=53 src=192.168.196.4 dst=172.18.0.3 sport=53 dport=40000 [ASSURED] mark=0 use=1
udp      17 29 src=192.168.82.65 dst=10.96.0.10 sport=40001 dport=53 [UNREPLIED] src=192.168.196.4 dst=192.168.82.65 sport=53 dport=40001 mark=0 use=1
udp      17 29 src=192.168.82.65 dst=10.96.0.10 sport=40002 dport=123 src=192.168.196.4 dst=192.168.82.65 sport=123 dport=40002 mark=0 use=1
`;
  const rule = '-A PREROUTING -d 10.96.0.10/32 -p udp -m udp --dport 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK';
  const saved = (count: number): string => `*raw\n[${count}:${count * 60}] ${rule}\n[1:60] ${rule}\n[7:700] -A PREROUTING -i x -j ACCEPT\nCOMMIT\n`;
  const heard = [{ server: 'CoreDNS', transport: 'udp', from: '192.168.82.65' }] as const;
  expect(kernelView({ lookups: [], heard: [...heard, ...heard], conntrack, rules: [saved(2), saved(3), saved(0)] })).toEqual({
    lookups: [],
    heard: { 'CoreDNS by UDP from 192.168.82.65': 2 },
    entries: { 'tcp 172.18.0.3 > 10.96.248.93, answered': 1, 'udp 192.168.82.65 > 10.96.0.10, not answered': 1 },
    ruled: { [rule]: 8 },
  });
});

it('tells a recording in the same words', () => {
  const view = viewOf('kube-proxy-only');
  expect(view.heard).toEqual({ 'CoreDNS by UDP from 192.168.82.65': 8 });
  expect(view.entries).toEqual({ 'udp 192.168.82.65 > 10.96.0.10, answered': 4 });
  expect(Object.values(viewOf('intercepted').ruled)).toEqual([8, 8, 8, 8]);
});

it('agrees with what is the same, but for the time that a machine takes', () => {
  const model = viewOf('intercepted');
  const late = { ...model, lookups: model.lookups.map((lookup) => ({ ...lookup, elapsedMs: lookup.elapsedMs + 300 })) };
  expect(compareViews(model, late, ASKED).filter(({ agrees }) => !agrees)).toEqual([]);
});

it.each([
  ['another outcome', (view: View): View => ({ ...view, lookups: view.lookups.map((lookup) => ({ ...lookup, outcome: 'not found' })) }), 2],
  ['a lookup that waited', (view: View): View => ({ ...view, lookups: view.lookups.map((lookup) => ({ ...lookup, elapsedMs: 5000 })) }), 2],
  ['a lookup fewer', (view: View): View => ({ ...view, lookups: view.lookups.slice(1) }), 1],
  ['a query more', (view: View): View => ({ ...view, heard: { ...view.heard, 'CoreDNS by UDP from 192.168.82.65': 1 } }), 1],
  ['an entry more', (view: View): View => ({ ...view, entries: { ...view.entries, 'udp 192.168.82.65 > 10.96.0.10, answered': 1 } }), 1],
  ['rules that saw nothing', (view: View): View => ({ ...view, ruled: {} }), 4],
])('sees %s', (_what, change, differing) => {
  const model = viewOf('intercepted');
  expect(compareViews(model, change(model), ASKED).filter(({ agrees }) => !agrees)).toHaveLength(differing);
});

it("lets chance pick the cache's own sockets", () => {
  const withEntries = (count: number): View => ({ lookups: [], heard: {}, ruled: {}, entries: { 'udp 172.18.0.3 > 172.18.0.1, answered': count } });
  const agrees = (model: number, kernel: number): boolean => compareViews(withEntries(model), withEntries(kernel), ASKED).every((row) => row.agrees);
  expect([agrees(6, 5), agrees(6, 6), agrees(6, 7), agrees(6, 0)]).toEqual([true, true, false, false]);
});
