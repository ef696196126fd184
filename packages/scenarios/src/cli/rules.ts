import type { Family } from '@nodelocal/netfilter-sim';
import { PAINT, UsageError } from '@nodelocal/netfilter-sim/cli';
import { readText } from '@nodelocal/netfilter-sim/node';
import { Command, Option } from 'commander';
import { writeIptables } from '../kube-proxy/iptables/write.ts';
import { printIpvs, ipvsTexts } from '../kube-proxy/ipvs/texts.ts';
import { writeIpvs } from '../kube-proxy/ipvs/write.ts';
import { writeNftables } from '../kube-proxy/nftables/write.ts';
import { compareProxyCase } from '../kube-proxy/recorded/compare-case.ts';
import { readProxyCase } from '../kube-proxy/recorded/proxy-case.ts';
import type { ProxiedNode } from '../kube-proxy/services/proxied.ts';
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
    .argument('[objects]', "kubectl get nodes,services,endpointslices,servicecidrs -A -o json, in a file; kube-proxy's own flags may follow: --cluster-cidr, --masquerade-all, …")
    .option('--node <name>', 'the node that it runs on')
    .addOption(new Option('--mode <mode>', 'of kube-proxy').choices(PROXY_MODES).default('iptables'))
    .addOption(new Option('--family <family>', 'one family of addresses only (default: both; in iptables mode 4)').choices(['4', '6']))
    .option('--check <file>', 'compare with what a running kube-proxy wrote, a case a line; ends with "N passed, N failed", exit code 1 if any failed')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_objects: string | undefined, options: RulesOptions, command: Command) => {
      try {
        if (options.check === undefined) write(command.args, options);
        else {
          if (options.node !== undefined || command.args.length > 0) throw new UsageError('rules: --check takes objects, node and flags from its file: leave out the others');
          process.exitCode = check(options.check);
        }
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
  process.stdout.write(textOf((of) => proxiedNode(objects, node, of, settings), mode, family));
};

const textOf = (nodeIn: (family: Family) => ProxiedNode, mode: ProxyMode, family: RulesOptions['family']): string => {
  const one = nodeIn(family === '6' ? 'ipv6' : 'ipv4');
  switch (mode) {
    case 'iptables':
      return writeIptables(one);
    case 'nftables':
      return writeNftables(family === '6' ? undefined : nodeIn('ipv4'), family === '4' ? undefined : nodeIn('ipv6'));
    case 'ipvs':
      return printIpvs(ipvsTexts(family === '6' ? undefined : writeIpvs(nodeIn('ipv4')), family === '4' ? undefined : writeIpvs(nodeIn('ipv6'))));
  }
};

const check = (file: string): number => {
  const count = { passed: 0, failed: 0 };
  for (const [at, line] of readText(file).split('\n').entries()) {
    if (line.trim() === '') continue;
    // Empty lines before it, so that what is wrong with it is told with its place in the file.
    const recorded = readProxyCase(file, `${'\n'.repeat(at)}${line}`);
    const { before, after, wasAskedTooEarly } = compareProxyCase(recorded);
    if (wasAskedTooEarly) print([`${recorded.id}: nothing had changed yet when the node was asked again; its rules after the change are not judged`]);
    const all = [...before.map((each) => ({ ...each, when: '' })), ...after.map((each) => ({ ...each, when: 'after the change, ' }))];
    for (const { where, when, missing, extra } of all) {
      print([PAINT.strong(`${recorded.id}: ${when}${where}`), ...missing.map((each) => `  kube-proxy: ${each}`), ...extra.map((each) => `  ours:       ${each}`)]);
    }
    count[all.length === 0 ? 'passed' : 'failed'] += 1;
  }
  const { passed, failed } = count;
  if (passed + failed === 0) throw new UsageError(`${file}: there is no case in this file`);
  print([`${passed} passed, ${failed} failed`]);
  return failed === 0 ? 0 : 1;
};
