import { describe, expect, it } from 'vitest';
import { ProxyFlagError, readProxyFlags } from '../../src/kube-proxy/settings/read-flags.ts';

describe('kube-proxy’s flags', () => {
  it('have its defaults', () => {
    expect(readProxyFlags([])).toEqual({
      operands: [],
      mode: 'iptables',
      localDetection: { kind: 'cluster-range', ranges: [] },
      nodePortAddresses: { kind: 'default' },
      masqueradeAll: false,
      masqueradeBit: 14,
      localhostNodePorts: true,
      ipvsScheduler: 'rr',
    });
  });

  it('are read as it reads them, among other words', () => {
    const words = ['--proxy-mode=nftables', 'objects.json', '--masquerade-all', '--nodeport-addresses', 'primary', '--detect-local-mode', 'BridgeInterface', '--pod-bridge-interface=cni0', '--iptables-masquerade-bit', '3', '--iptables-localhost-nodeports=false'];
    expect(readProxyFlags(words)).toMatchObject({
      operands: ['objects.json'],
      mode: 'nftables',
      masqueradeAll: true,
      nodePortAddresses: { kind: 'primary' },
      localDetection: { kind: 'bridge', interfaceName: 'cni0' },
      masqueradeBit: 3,
      localhostNodePorts: false,
    });
    expect(readProxyFlags(['--cluster-cidr', '10.244.0.0/16,fd00:244::/32']).localDetection).toEqual({
      kind: 'cluster-range',
      ranges: [{ address: '10.244.0.0', length: 16 }, { address: 'fd00:244::', length: 32 }],
    });
  });

  it.each([
    ['--bogus', "--bogus: kube-proxy's flags that decide rules are --proxy-mode,"],
    ['--proxy-mode=userspace', '--proxy-mode: "userspace" is none of iptables, nftables, ipvs'],
    ['--cluster-cidr=10.0.0.1', '--cluster-cidr: "10.0.0.1" is no network; write 10.0.0.0/8 or fd00::/8'],
    ['--cluster-cidr', '--cluster-cidr: its value is missing'],
    ['--detect-local-mode=BridgeInterface', '--detect-local-mode=BridgeInterface needs --pod-bridge-interface'],
    ['--masquerade-all=yes', '--masquerade-all: "yes" is neither true nor false'],
    ['--iptables-masquerade-bit=32', '--iptables-masquerade-bit: "32" is no number from 0 to 31'],
  ])('that cannot be are told: %s', (word, told) => {
    expect(() => readProxyFlags([word])).toThrow(ProxyFlagError);
    expect(() => readProxyFlags([word])).toThrow(told);
  });
});
