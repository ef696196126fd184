import { familyOf, loadNftables, port, readNode, restoreInto, withAddresses } from '@nodelocal/netfilter-sim';
import type { CapturedNode, Host, Node } from '@nodelocal/netfilter-sim';
import type { PreflightPlan, Transaction } from './plan.ts';

export const nodeBefore = ({ snapshot }: PreflightPlan): CapturedNode => readNode(snapshot);

/**
 * The node with the rules, the link with its addresses, and the sockets on them; what packets left behind is as it was.
 * @throws InputError where the tools of the node would refuse a transaction
 */
export const nodeAfter = (plan: PreflightPlan, before: Host): Node => {
  // What packets left behind is read anew: those of the one walk shall not be met by the other.
  const { state } = nodeBefore(plan);
  for (const address of plan.addresses) {
    const bound = { family: familyOf(address), address, port: port(plan.dnsPort) };
    state.opened.push({ protocol: 'udp', ...bound }, { protocol: 'tcp', ...bound });
  }
  const [first] = plan.addresses;
  if (first !== undefined) state.opened.push({ protocol: 'tcp', family: familyOf(first), address: first, port: port(plan.healthPort) });
  return { host: withAddresses(plan.transactions.reduce(withRules, before), plan.device, plan.addresses), state };
};

const withRules = (host: Host, { text, file, family }: Transaction): Host =>
  isOfNftables(text)
    ? { ...host, nftables: loadNftables(host.nftables, text, { file }) }
    : { ...host, ruleSets: { ...host.ruleSets, [family]: restoreInto(host.ruleSets[family], text, { file }) } };

/** The first word tells: iptables-restore begins with a table, `*raw`. */
const isOfNftables = (text: string): boolean => /^(?:add|create|delete|destroy|flush|table)\s/.test(firstLine(text));

const firstLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#')) ?? '';
