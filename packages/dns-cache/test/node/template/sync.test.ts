import { describe, expect, it } from 'vitest';
import type { DirectoryContents } from '../../../src/node/template/contents.ts';
import { changedFiles } from '../../../src/node/template/contents.ts';
import type { Synced } from '../../../src/node/template/sync.ts';
import { INITIAL_SYNC, syncCorefile } from '../../../src/node/template/sync.ts';
import { directory, factsOf } from '../../support/node-template.ts';

const NAME = 'Corefile.base';
const TEMPLATE = '.:53 {\n    forward . __PILLAR__UPSTREAM__SERVERS__\n}\n';
const NONE: DirectoryContents = { kind: 'absent' };

const sync = (template: DirectoryContents, kubeDns: DirectoryContents, before?: Synced): Synced =>
  syncCorefile(before?.state ?? INITIAL_SYNC, { template, kubeDns }, NAME, factsOf());

const first = sync(directory({ [NAME]: TEMPLATE }), NONE);

describe('the files', () => {
  it('make a Corefile', () => {
    expect(first).toMatchObject({ outcome: { kind: 'rendered', upstreamServers: '/etc/resolv.conf', stubDomains: 0 }, problems: [] });
  });

  it('that make the same Corefile have nothing written, so that what a hand wrote stays', () => {
    expect(sync(directory({ [NAME]: TEMPLATE, notes: 'x' }), directory({ upstreamNameservers: '[]' }), first).outcome).toEqual({ kind: 'unchanged' });
  });

  it('that change are rendered again', () => {
    const changed = sync(directory({ [NAME]: `${TEMPLATE}# x\n` }), NONE, first);
    expect(changed.outcome).toMatchObject({ kind: 'rendered', corefile: '.:53 {\n    forward . /etc/resolv.conf\n}\n# x\n' });
  });

  it('that can be read no more leave the Corefile, and say why', () => {
    const gone = sync(directory({}), NONE, first);
    expect(gone.outcome).toEqual({ kind: 'refused', reason: 'Failed to read node-cache coreFile /etc/coredns/Corefile.base - no such file' });
    expect(gone.state.rendered).toBe(first.state.rendered);
    expect(sync(NONE, NONE, first).outcome).toEqual({ kind: 'refused', reason: 'Failed to read node-cache coreFile /etc/coredns/Corefile.base - no such file' });
    const broken = directory({ [NAME]: { kind: 'unreadable', reason: 'not UTF-8' } });
    expect(sync(broken, NONE, first).outcome).toEqual({ kind: 'refused', reason: 'Failed to read node-cache coreFile /etc/coredns/Corefile.base - not UTF-8' });
    expect(sync({ kind: 'unreadable', reason: 'permission denied' }, NONE, first).outcome).toMatchObject({ kind: 'refused' });
    expect(sync(directory({ [NAME]: TEMPLATE }), NONE, gone).outcome).toEqual({ kind: 'unchanged' });
  });

  it('are taken from the ConfigMap though the template is away', () => {
    const away = sync(directory({}), directory({ upstreamNameservers: '["10.0.0.3"]' }));
    const broken = sync(directory({ [NAME]: TEMPLATE }), directory({ upstreamNameservers: '[' }), away);
    expect(broken).toMatchObject({ outcome: { kind: 'rendered', upstreamServers: '10.0.0.3' }, problems: [{ kind: 'key' }] });
  });
});

describe('what changed', () => {
  it.each<readonly [DirectoryContents, DirectoryContents, readonly string[]]>([
    [directory({ a: '1', b: '2' }), directory({ b: '2', a: '1' }), []],
    [directory({ a: '1' }), directory({ a: '2', b: '' }), ['a', 'b']],
    [directory({ a: '1', b: '2' }), directory({}), ['a', 'b']],
    [directory({ a: '' }), directory({ a: { kind: 'unreadable', reason: 'not UTF-8' } }), ['a']],
    [directory({ a: { kind: 'unreadable', reason: 'x' } }), directory({ a: { kind: 'unreadable', reason: 'x' } }), []],
    [NONE, NONE, []],
    [NONE, directory({}), ['.']],
    [NONE, directory({ a: '' }), ['.', 'a']],
    [{ kind: 'unreadable', reason: 'x' }, { kind: 'unreadable', reason: 'y' }, ['.']],
  ])('%#', (before, after, names) => {
    expect(changedFiles(before, after)).toEqual(names);
  });
});
