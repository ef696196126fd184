import { describe, expect, it } from 'vitest';
import { batchFailures } from '../../../src/node/link/failures.ts';
import { planLink, planLinkRemoval } from '../../../src/node/link/plan.ts';
import { readLink } from '../../../src/node/link/state.ts';
import type { LinkState } from '../../../src/node/link/state.ts';

const WANTED = { name: 'nodelocaldns', type: 'dummy', addresses: ['169.254.20.10', 'fd00::0:A', '169.254.20.10'] };

const link = (said: Readonly<Record<string, unknown>>, ...addresses: readonly Readonly<Record<string, unknown>>[]): LinkState =>
  readLink(JSON.stringify([{}, { ifname: 'nodelocaldns', addr_info: addresses, ...said }]));
const OURS = { linkinfo: { info_kind: 'dummy' }, ifalias: 'nodelocal dns-cache' };
const V4 = { family: 'inet', local: '169.254.20.10', prefixlen: 32, scope: 'global' };
const V6 = { family: 'inet6', local: 'fd00::a', prefixlen: 128, scope: 'global' };
const OLD = { family: 'inet', local: '10.96.0.99', prefixlen: 32, scope: 'global' };
const LOCAL = { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link', tentative: true };

describe('the link', () => {
  it('that is not there is made, marked, and given its addresses', () => {
    const plan = planLink(WANTED, { kind: 'absent' }, []);
    expect(plan).toMatchObject({ kind: 'mend', creates: true, adds: ['169.254.20.10/32', 'fd00::a/128'] });
    expect(plan.kind === 'mend' ? plan.text : '').toBe(
      [
        'link add name nodelocaldns type dummy',
        'link set dev nodelocaldns alias "nodelocal dns-cache"',
        'addr add 169.254.20.10/32 dev nodelocaldns',
        'addr add fd00::a/128 dev nodelocaldns nodad',
        '',
      ].join('\n'),
    );
  });

  it('that is as wanted stays as it is, whatever addresses IPv6 gave itself', () => {
    expect(planLink(WANTED, link(OURS, V4, V6, LOCAL), [])).toEqual({ kind: 'as-wanted' });
  });

  it.each([
    ['ours loses what is not wanted', OURS, [], 'addr del 10.96.0.99/32 dev nodelocaldns\n'],
    ['ours keeps what others serve', OURS, ['10.96.0.99'], undefined],
    ['a foreign one keeps all', { linkinfo: { info_kind: 'dummy' } }, [], undefined],
  ])('%s', (_, said, keep, text) => {
    const plan = planLink(WANTED, link(said, V4, V6, OLD), keep);
    expect(plan.kind === 'mend' ? plan.text : undefined).toBe(text);
  });

  it('has a wanted address of another length beside it added', () => {
    expect(planLink(WANTED, link({}, { ...V4, prefixlen: 24 }, V6), [])).toMatchObject({ adds: ['169.254.20.10/32'] });
  });

  it.each([{ tentative: true }, { dadfailed: true, tentative: true }])('has an address that is %o put on anew', (flags) => {
    const plan = planLink(WANTED, link(OURS, V4, { ...V6, ...flags }), []);
    expect(plan.kind === 'mend' ? plan.text : '').toBe('addr del fd00::a/128 dev nodelocaldns\naddr add fd00::a/128 dev nodelocaldns nodad\n');
  });

  it.each([
    ['is deleted if it is ours', OURS, [V4, OLD], 'link del dev nodelocaldns\n'],
    ['is deleted if it is as node-cache left it', { linkinfo: { info_kind: 'dummy' } }, [V4], 'link del dev nodelocaldns\n'],
    ['loses our addresses if it is for others too', { linkinfo: { info_kind: 'dummy' } }, [V4, OLD], 'addr del 169.254.20.10/32 dev nodelocaldns\n'],
    ['that has none of ours stays as it is', { linkinfo: { info_kind: 'bridge' } }, [OLD], undefined],
    ['of the machine itself loses our addresses', {}, [V4, V6], 'addr del 169.254.20.10/32 dev nodelocaldns\naddr del fd00::a/128 dev nodelocaldns\n'],
  ])('at the end %s', (_, said, addresses, text) => {
    const plan = planLinkRemoval(WANTED, link(said, ...addresses), []);
    expect(plan.kind === 'remove' ? plan.text : undefined).toBe(text);
  });

  it('that others serve on stays at the end', () => {
    expect(planLinkRemoval(WANTED, link(OURS, V4, OLD), ['10.96.0.99'])).toEqual({ kind: 'remove', deletes: 'addresses', text: 'addr del 169.254.20.10/32 dev nodelocaldns\n' });
  });

  it('that is gone needs nothing at the end', () => {
    expect(planLinkRemoval(WANTED, { kind: 'absent' }, [])).toEqual({ kind: 'nothing' });
    expect(readLink('[]')).toEqual({ kind: 'absent' });
    expect(() => readLink('Usage: ip')).toThrow('no list of links');
  });
});

describe('what a batch of ip could not do', () => {
  it('is told line by line', () => {
    const stderr = 'Error: Unknown device type.\nCommand failed -:1\nRTNETLINK answers: Operation not supported\nCommand failed -:3\n';
    expect(batchFailures('one\ntwo\nthree\n', stderr)).toEqual([
      { line: 'one', reason: 'unknown device type' },
      { line: 'three', reason: 'operation not supported' },
    ]);
    expect(batchFailures('one\n', '')).toEqual([]);
  });
});
