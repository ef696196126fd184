import type { Address } from '@nodelocal/netfilter-sim';
import { PAINT, UsageError } from '@nodelocal/netfilter-sim/cli';
import { readNodeFolder, readText } from '@nodelocal/netfilter-sim/node';
import { Command } from 'commander';
import { preflight } from '../preflight/examine.ts';
import type { Pod, PreflightPlan, Transaction } from '../preflight/node/plan.ts';
import { describePreflight } from '../preflight/words/report.ts';
import { print } from './inputs.ts';
import { readAddresses, readOneAddress, readPod, readPort } from './node-options.ts';

interface PreflightOptions {
  readonly node: string;
  readonly transaction?: string;
  readonly transaction6?: string;
  readonly addresses: readonly Address[];
  readonly interface: string;
  readonly dnsPort: number;
  readonly healthPort: number;
  readonly pod?: readonly Pod[];
  readonly upstream?: Address;
  readonly json?: boolean;
}

export const preflightCommand = (): Command =>
  new Command('preflight')
    .description("what will happen on a node once dns-cache has its link, rules and sockets there; exit code 1 if that won't work, or is not known")
    .requiredOption('--node <dir>', "folder with what the node's own tools print")
    .option('--transaction <file>', 'what iptables-restore --noflush, or nft -f, will be given')
    .option('--transaction6 <file>', 'what ip6tables-restore --noflush will be given')
    .requiredOption('--addresses <list>', 'what the cache will listen on: 169.254.20.10,10.96.0.10', readAddresses)
    .option('--interface <name>', 'the link that gets these addresses', 'nodelocaldns')
    .option('--dns-port <port>', 'of the cache', readPort, 53)
    .option('--health-port <port>', 'that the kubelet asks, on the first address', readPort, 8080)
    .option('--pod <device:address>', 'who asks, as cali5f3c9a1e0d2:192.168.82.65 (one of each family); else somebody is looked for', readPod)
    .option('--upstream <address>', 'the Service that the cache asks', readOneAddress)
    .option('--json', 'print the report as data')
    .action((options: PreflightOptions) => {
      const report = preflight(planOf(options));
      print(options.json === true ? [JSON.stringify(report, undefined, 2)] : describePreflight(report, PAINT));
      if (report.kind !== 'will-work') process.exitCode = 1;
    });

/** @throws UsageError where the options do not fit each other, or the node. */
const planOf = ({ node, transaction, transaction6, addresses, interface: device, dnsPort, healthPort, pod, upstream }: PreflightOptions): PreflightPlan => {
  if (transaction === undefined && transaction6 === undefined) throw new UsageError('nothing would be added: name a file with --transaction or --transaction6');
  const read = (file: string | undefined, family: Transaction['family']): readonly Transaction[] => (file === undefined ? [] : [{ file, text: readText(file), family }]);
  return {
    snapshot: readNodeFolder(node),
    transactions: [...read(transaction, 'ipv4'), ...read(transaction6, 'ipv6')],
    addresses,
    device,
    dnsPort,
    healthPort,
    pods: pod ?? [],
    ...(upstream === undefined ? {} : { upstream }),
  };
};
