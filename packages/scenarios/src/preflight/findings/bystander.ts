import { familyOf } from '@nodelocal/netfilter-sim';
import type { Address, CapturedNode, Family, Host, Node, Rule } from '@nodelocal/netfilter-sim';
import type { NewRules } from '../node/new-rules.ts';
import { NO_NEW_RULES } from '../node/new-rules.ts';
import type { PreflightPlan } from '../node/plan.ts';
import type { Passage, Way } from '../way/passage.ts';
import type { Question } from '../way/question.ts';
import type { Pods } from '../way/questions.ts';
import { firstPacket } from '../way/exchange.ts';
import { printSocket, walk } from '../way/walk.ts';

/** Traffic that is no query of the node's own pods and processes, and fares differently afterwards. */
export type Bystander = (OtherPort | FromOutside) & { readonly now: Way; readonly later: Way };

/** Of an address of a Service that has more than DNS. */
interface OtherPort {
  readonly kind: 'other-port';
  readonly who: 'pod' | 'node-process';
  readonly protocol: 'udp' | 'tcp';
  readonly address: Address;
  readonly port: number;
}

/** Somebody who reaches the node by this device. */
interface FromOutside {
  readonly kind: 'from-outside';
  readonly device: string;
  readonly address: Address;
}

export interface Scene {
  readonly plan: PreflightPlan;
  readonly before: CapturedNode;
  readonly after: Node;
  readonly newRules: NewRules;
  readonly pods: Pods;
}

/** Of many ways the first is as good as another: whether they differ before and after is the question. */
const PORT = 45_000;

export const findBystanders = (scene: Scene): readonly Bystander[] =>
  scene.plan.addresses.flatMap((address) => [...otherPorts(scene, address), ...fromOutside(scene, address)]);

const otherPorts = ({ plan, before, after, newRules, pods }: Scene, address: Address): readonly Bystander[] =>
  servicePorts(before.host, address)
    .filter(({ port }) => port !== plan.dnsPort)
    .flatMap((end) => {
      const pod = pods[familyOf(address)];
      const askers: readonly Question['asker'][] = [...(pod === undefined ? [] : [{ kind: 'pod' as const, ...pod }]), { kind: 'node-process' }];
      return askers.flatMap((asker): readonly Bystander[] => {
        const question = { asker, address, ...end };
        const [now] = firstPacket(before, question, { newRules: NO_NEW_RULES, askerPort: PORT }).ways;
        const [later] = firstPacket(after, question, { newRules, askerPort: PORT }).ways;
        const who = asker.kind === 'pod' ? 'pod' : 'node-process';
        return now === undefined || later === undefined || fareAlike(plan, now, later) ? [] : [{ kind: 'other-port', who, address, ...end, now, later }];
      });
    });

const fromOutside = ({ plan, before, after, newRules }: Scene, address: Address): readonly Bystander[] =>
  uplinks(before.host, familyOf(address)).flatMap(({ device, neighbour }): readonly Bystander[] => {
    const packet = `${device}: udp ${printSocket(neighbour, PORT)} > ${printSocket(address, plan.dnsPort)} payload 45`;
    const [now, later] = [first(walk(before, packet, NO_NEW_RULES).passage), first(walk(after, packet, newRules).passage)];
    return now === undefined || later === undefined || fareAlike(plan, now, later) ? [] : [{ kind: 'from-outside', device, address, now, later }];
  });

const first = ({ ways }: Passage): Way | undefined => ways[0];

/** A node's own packet that would leave with an address of the cache gets no answer: nobody else knows where that is. */
const fareAlike = ({ addresses }: PreflightPlan, now: Way, later: Way): boolean =>
  JSON.stringify([now.end.kind, now.droppedBy?.text]) === JSON.stringify([later.end.kind, later.droppedBy?.text]) &&
  !(later.end.kind === 'sent' && addresses.some((own) => later.from.startsWith(printSocket(own, 0).slice(0, -1))));

interface ServicePort {
  readonly protocol: 'udp' | 'tcp';
  readonly port: number;
}

/** What rules of nat say of ports of the address. */
const servicePorts = ({ ruleSets }: Host, address: Address): readonly ServicePort[] => {
  const chains = [...(ruleSets[familyOf(address)].tables.get('nat')?.chains.values() ?? [])];
  const found = chains.flatMap(({ rules }) => rules.filter(({ destination }) => destination?.address === address && !destination.inverted).flatMap(portsOf));
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
};

const portsOf = ({ matches }: Rule): readonly ServicePort[] =>
  matches.flatMap((match): readonly ServicePort[] => {
    if (match.kind !== 'tcp' && match.kind !== 'udp') return [];
    const { dport } = match;
    return dport === undefined || dport.inverted || dport.ports.min !== dport.ports.max ? [] : [{ protocol: match.kind, port: dport.ports.min }];
  });

/** Devices with a gateway, and the gateway: somebody who is there for sure. */
const uplinks = ({ routing }: Host, family: Family): readonly { readonly device: string; readonly neighbour: Address }[] => {
  const found = routing[family].routes
    .filter(({ destination, type }) => type === 'unicast' && destination.length === 0)
    .flatMap(({ nextHops }) => nextHops)
    .flatMap(({ gateway, device }) => (gateway === undefined || familyOf(gateway) !== family ? [] : [[device, gateway] as const]));
  return [...new Map(found)].map(([device, neighbour]) => ({ device, neighbour }));
};
