import type { Family } from '@nodelocal/netfilter-sim';
import { PAINT, readText, UsageError } from '@nodelocal/netfilter-sim/cli';
import { Command, Option } from 'commander';
import { writeIptables } from '../kube-proxy/iptables/write.ts';
import { compareProxyCase } from '../kube-proxy/recorded/compare-case.ts';
import { readProxyCase } from '../kube-proxy/recorded/proxy-case.ts';
import { NoSuchNodeError, proxiedNode } from '../kube-proxy/services/proxied.ts';
import { ProxyFlagError, readProxyFlags } from '../kube-proxy/settings/read-flags.ts';
import type { ProxyMode } from '../kube-proxy/settings/settings.ts';
import { PROXY_MODES } from '../kube-proxy/settings/settings.ts';
import { readKubernetesObjects } from '../kubernetes/read-objects.ts';
import { print } from './inputs.ts';

interface RulesOptions {
  readonly node?: string;
  readonly mode: ProxyMode;
  readonly family?: '4' | '6';
  readonly check?: string;
}

export const rulesCommand = (): Command =>
  new Command('rules')
    .description('what kube-proxy 1.34 writes on a node for the Services of a cluster')
    .argument('[objects]', "kubectl get nodes,services,endpointslices -A -o json, in a file; kube-proxy's own flags may follow: --cluster-cidr, --masquerade-all, …")
    .option('--node <name>', 'the node that it runs on')
    .addOption(new Option('--mode <mode>', 'of kube-proxy').choices(PROXY_MODES).default('iptables'))
    .addOption(new Option('--family <family>', 'of the addresses (default: 4; in nftables mode both)').choices(['4', '6']))
    .option('--check <file>', 'compare with what a running kube-proxy wrote, a case a line; ends with "N passed, N failed", exit code 1 if any failed')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_objects: string | undefined, options: RulesOptions, command: Command) => {
      try {
        if (options.check === undefined) write(command.args, options);
        else process.exitCode = check(options.check);
      } catch (error) {
        if (error instanceof ProxyFlagError || error instanceof NoSuchNodeError) throw new UsageError(error.message);
        throw error;
      }
    });

const write = (words: readonly string[], { node, mode, family }: RulesOptions): void => {
  const { operands, ...settings } = readProxyFlags([...words, '--proxy-mode', mode]);
  const [file, ...more] = operands;
  if (file === undefined) throw new UsageError('rules: name a file with the objects of a cluster, or --check FILE');
  if (more.length > 0) throw new UsageError(`rules: one file is read, and there is "${more[0]}" too`);
  if (node === undefined) throw new UsageError('rules: name the node with --node NAME');
  const objects = readKubernetesObjects(file, readText(file));
  const wanted: Family = family === '6' ? 'ipv6' : 'ipv4';
  process.stdout.write(writeIptables(proxiedNode(objects, node, wanted, settings)));
};

const check = (file: string): number => {
  const lines = readText(file).split('\n');
  let failed = 0;
  let passed = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const recorded = readProxyCase(file, line);
    const differences = compareProxyCase(recorded);
    for (const { where, missing, extra } of differences) {
      print([PAINT.strong(`${recorded.id}: ${where}`), ...missing.map((each) => `  kube-proxy: ${each}`), ...extra.map((each) => `  ours:       ${each}`)]);
    }
    if (differences.length === 0) passed += 1;
    else failed += 1;
  }
  if (passed + failed === 0) throw new UsageError(`${file}: there is no case in this file`);
  print([`${passed} passed, ${failed} failed`]);
  return failed === 0 ? 0 : 1;
};
