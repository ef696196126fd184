import type { RecordedEvent, Recording } from '@nodelocal/scenarios';
import { factsOf, recordingSentence } from '@nodelocal/scenarios';
import { kernelMarks } from '@nodelocal/netfilter-sim';
import { describe, expect, it } from 'vitest';
import { LESSON_CATALOGUE } from '../../src/catalogue/index.ts';
import { record } from '../support/lesson.ts';

const cacheOutcomes = ({ events }: Recording, lookup: number): readonly string[] =>
  events.flatMap((event) =>
    event.kind === 'cache' && event.outcome !== 'stored' && event.lookup === lookup ? [`${event.outcome} ${event.question}`] : [],
  );

const packets = ({ events }: Recording): readonly Extract<RecordedEvent, { kind: 'packet' }>[] =>
  events.filter((event) => event.kind === 'packet');

const results = ({ lookups }: Recording): readonly unknown[] => lookups.map(({ result }) => result);

const RESOLVED = { kind: 'resolved', name: 'kubernetes.default.svc.cluster.local.', addresses: ['10.96.0.1'] };

describe('with the rules and the address', () => {
  const recording = record('intercepted');

  it('resolves, from CoreDNS first and from the cache then', () => {
    expect(results(recording)).toEqual([RESOLVED, RESOLVED]);
    const names = ['kubernetes.default.default.svc.cluster.local.', 'kubernetes.default.svc.cluster.local.'];
    const questions = names.flatMap((name) => [`A ${name}`, `AAAA ${name}`]);
    expect(cacheOutcomes(recording, 0)).toEqual(questions.map((question) => `miss ${question}`));
    expect(cacheOutcomes(recording, 1)).toEqual(questions.map((question) => `hit ${question}`));
  });

  it('never shows the nat table a packet of the pod, either way', () => {
    const ofPod = packets(recording).filter(({ from, to }) => from === 'pod' || to === 'pod');
    expect(ofPod.length).toBe(16);
    for (const { journey } of ofPod) {
      expect(journey.trace.filter((step) => step.kind === 'rule' && step.table === 'nat')).toEqual([]);
    }
  });

  it('asks CoreDNS over one TCP connection, translated and masqueraded, and leaves no other entry', () => {
    expect(recording.conntrack.map((table) => table.length)).toEqual([1, 1]);
    expect(recording.conntrack[0]?.[0]).toMatch(
      /^tcp {6}6 \d+ ESTABLISHED src=172\.18\.0\.3 dst=10\.96\.248\.93 sport=\d+ dport=53 src=192\.168\.19[56]\.\d+ dst=172\.18\.0\.3 sport=53 dport=\d+ \[ASSURED\]/,
    );
  });

  it('needs nobody outside the node for the second lookup', () => {
    expect(packets(recording).filter(({ lookup, to }) => lookup === 1 && to === 'CoreDNS')).toEqual([]);
  });
});

describe('with the address but without the rules', () => {
  const recording = record('address-without-notrack');

  it('is answered by CoreDNS, as if from the cluster IP, while the cache sees nothing', () => {
    expect(results(recording)).toEqual([RESOLVED, RESOLVED]);
    expect(cacheOutcomes(recording, 0)).toEqual([]);
    const answers = packets(recording).filter(({ to }) => to === 'pod');
    expect(new Set(answers.map(({ from }) => from))).toEqual(new Set(['CoreDNS']));
    expect(new Set(answers.map(({ journey }) => journey.packet.src))).toEqual(new Set(['10.96.0.10']));
  });

  it('leaves an entry for each socket that the resolver opened', () => {
    expect(recording.conntrack.map((table) => table.length)).toEqual([2, 4]);
  });
});

describe('with the rules but without the address', () => {
  const recording = record('notrack-without-address');

  it('fails after every try of the names that glibc still asks for', () => {
    expect(results(recording)).toEqual([
      { kind: 'failed', why: 'timed-out' },
      { kind: 'failed', why: 'timed-out' },
    ]);
    expect(recording.lookups.map(({ elapsedMs }) => elapsedMs)).toEqual([20_000, 20_000]);
  });

  it('sends the query out untranslated, untracked', () => {
    const [query] = packets(recording);
    expect(query?.journey.outcome).toEqual({ kind: 'forwarded', device: 'eth0' });
    expect(query?.journey.packet.dst).toBe('10.96.0.10');
    expect(recording.conntrack).toEqual([[], []]);
  });
});

describe('with kube-proxy alone', () => {
  it('goes through KUBE-SERVICES to a CoreDNS pod', () => {
    const recording = record('kube-proxy-only');
    const [query] = packets(recording);
    const rules = (query?.journey.trace ?? []).flatMap((step) => (step.kind === 'rule' && step.table === 'nat' ? [step.chain] : []));
    expect(rules).toEqual(expect.arrayContaining(['PREROUTING', 'KUBE-SERVICES', 'KUBE-SVC-TCOU7JCQXEZGVUNU', 'KUBE-POSTROUTING']));
    expect(kernelMarks(query?.journey.trace ?? [])).toEqual([]);
  });

  it('takes either backend, by chance', () => {
    const backends = new Set(Array.from({ length: 20 }, (_, seed) => factsOf(record('kube-proxy-only', seed)).translatedTo));
    expect(backends).toEqual(new Set(['192.168.195.131', '192.168.196.4']));
  });
});

describe('every recording', () => {
  it.each(LESSON_CATALOGUE.map(({ name }) => name))('of %s repeats itself for the same seed', (name) => {
    expect(record(name, 5)).toEqual(record(name, 5));
  });

  it('is told in one sentence that says who answered', () => {
    expect(LESSON_CATALOGUE.map(({ name }) => recordingSentence(record(name)).replace(/192\.168\.19[56]\.\d+/, 'BACKEND'))).toEqual([
      "raw PREROUTING rule 1 leaves the query untracked, so nat never sees it, and its address is the node's own: node-cache answers, 4 misses by way of CoreDNS over TCP and 4 hits from memory; 0 conntrack entries of the pod are left.",
      "The query is tracked, so kube-proxy's DNAT sends it to BACKEND before routing could see that its address is on the node; CoreDNS answers each time, the cache sees nothing, and 4 conntrack entries of the pod are left.",
      'raw PREROUTING rule 1 leaves the query untracked, so nat never sees it, and its address is nowhere on the node: it leaves by eth0 as it is, nobody answers, and the lookup fails after 20 s.',
      "The query is tracked, so kube-proxy's DNAT sends it to BACKEND; CoreDNS answers each time, the cache sees nothing, and 4 conntrack entries of the pod are left.",
    ]);
  });
});
