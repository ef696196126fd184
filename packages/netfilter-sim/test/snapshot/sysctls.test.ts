import { describe, expect, it } from 'vitest';
import { effective } from '../../src/host/sysctl.ts';
import { LINUX_6_18 } from '@nodelocal/netfilter-sim';
import { readConntrackSettings, readSysctls, readSysctlValues } from '../../src/snapshot/sysctls.ts';
import { inNamespace, skipped, whyNot } from '../support/namespace.ts';

const forwarding = (...lines: readonly string[]): boolean => effective(readSysctls(readSysctlValues('sysctl.txt', lines.join('\n'))), 'eth0').forwarding;

/** What the kernel says of `eth0` after these lines, one written after the other. */
const asKernel = (lines: readonly string[]): boolean => {
  const writes = lines.map((line) => `sysctl -qw "${line.replaceAll(' ', '')}"`);
  return inNamespace(['ip link add eth0 type veth peer name peer', ...writes, 'sysctl -n net.ipv4.conf.eth0.forwarding'].join('\n')).stdout === '1\n';
};

const CASES = [
  ['net.ipv4.ip_forward = 1'],
  ['net.ipv4.conf.all.forwarding = 1'],
  ['net.ipv4.conf.all.forwarding = 1', 'net.ipv4.ip_forward = 0'],
  ['net.ipv4.ip_forward = 0', 'net.ipv4.conf.all.forwarding = 1'],
  ['net.ipv4.conf.all.forwarding = 1', 'net.ipv4.conf.eth0.forwarding = 0'],
  ['net.ipv4.ip_forward = 0', 'net.ipv4.conf.eth0.forwarding = 0', 'net.ipv4.ip_forward = 1'],
  ['net/ipv4/conf/all/forwarding = 1'],
] as const;

describe('ip_forward and conf.all.forwarding are one value', () => {
  it.each(CASES.map((lines, at) => ({ lines, on: [true, true, false, true, false, true, true][at] })))('$lines', ({ lines, on }) => {
    expect(forwarding(...lines)).toBe(on);
  });

  const why = whyNot('ip link add eth0 type veth peer name peer && sysctl -qw net.ipv4.ip_forward=1');
  it.skipIf(why !== undefined)(`as the live kernel says${skipped(why)}`, () => {
    for (const lines of CASES) expect({ lines, on: forwarding(...lines) }).toEqual({ lines, on: asKernel(lines) });
  });
});

it('a table of connections has two names for its size', () => {
  expect(readConntrackSettings(readSysctlValues('sysctl.txt', 'net.nf_conntrack_max = 77'), LINUX_6_18).entriesMax).toBe(77);
});
