import type { IptablesBackend, IptablesTools } from '../../../src/node/backend.ts';
import type { Family } from '../../../src/node/family.ts';
import { createNetwork } from '../../../src/node/network/network.ts';
import type { Network, NetworkSettings } from '../../../src/node/network/network.ts';
import type { Counted } from '../../../src/node/network/report.ts';
import type { NodeNamespace } from './namespace.ts';

/** @param restore the program that writes, if it is to be another */
export const backendOf = (variant: 'nft' | 'legacy', restore?: string): IptablesBackend => {
  const tools = (family: Family): IptablesTools => {
    const name = `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${variant}`;
    return { kind: 'restore', save: `${name}-save`, restore: restore ?? `${name}-restore`, single: name, waits: ['-w', '5'] };
  };
  return { kind: 'iptables', variant, tools: { ipv4: tools('ipv4'), ipv6: tools('ipv6') } };
};

export interface TestNetwork {
  readonly network: Network;
  readonly lines: string[];
  /** `setup-error iptables 1`, `mended rule 2`. */
  readonly counted: string[];
}

const countedText = (counted: Counted): string =>
  counted.kind === 'mended' ? `mended ${counted.what} ${counted.times}` : `setup-error ${counted.errortype} ${counted.times}`;

export const networkIn = ({ run, readText }: Pick<NodeNamespace, 'run' | 'readText'>, settings: Partial<NetworkSettings> = {}): TestNetwork => {
  const lines: string[] = [];
  const counted: string[] = [];
  const network = createNetwork({
    addresses: ['10.96.0.10'],
    dnsPort: 53,
    healthPort: 8080,
    interfaceName: 'nodelocaldns',
    interfaceType: 'bridge',
    setupInterface: true,
    setupRules: true,
    backend: backendOf('nft'),
    otherBackends: [],
    run,
    readText,
    log: (line) => lines.push(line),
    count: (counted_) => counted.push(countedText(counted_)),
    ...settings,
  });
  return { network, lines, counted };
};

/** As the recorded cases have it: without comments, counters and dates. */
export const plainSave = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
