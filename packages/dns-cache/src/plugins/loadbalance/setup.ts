import type { Network } from '../../address.ts';
import { readNetwork } from '../../address.ts';
import type { Position } from '../../corefile/error.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { Entry } from '../../corefile/grammar.ts';
import { refuseBody, takeArguments, takeDuration, unknownOption } from '../../directive/arguments.ts';
import { rooted } from '../../directive/rooted.ts';
import type { Written } from '../../plugin/written.ts';

/** Which address of an answer comes first: any, or each as often as a file of weights says. */
export type LoadbalancePolicy =
  | { readonly kind: 'round_robin' }
  | {
      readonly kind: 'weighted';
      readonly path: string;
      /** How often the file is looked at; 0 is never again. */
      readonly reloadMs: number;
      readonly position: Position;
    };

export interface LoadbalanceValue {
  readonly policy: LoadbalancePolicy;
  /** Addresses of these networks come before others, the first network's first. */
  readonly prefer: readonly Network[];
}

const RELOAD_MS_DEFAULT = 30_000;

const readReload = (option: Entry): number => {
  if (option.name.text !== 'reload') throw unknownOption(option.name, 'loadbalance weighted', ['reload']);
  refuseBody(option);
  const [duration = option.name] = takeArguments(option, 1, 1, 'write reload DURATION');
  return takeDuration(duration, 'the reload interval');
};

const readPrefer = (option: Entry): readonly Network[] => {
  if (option.name.text !== 'prefer') throw unknownOption(option.name, 'loadbalance', ['prefer']);
  refuseBody(option);
  return option.arguments.map((token) => {
    const network = readNetwork(token.text);
    if (network === undefined) throw new CorefileError(token, `invalid CIDR '${token.text}'`, 'as in 10.0.0.0/8');
    return network;
  });
};

const applyEntry = (value: LoadbalanceValue, entry: Entry, root: string): LoadbalanceValue => {
  const [policy, file, ...surplus] = entry.arguments;
  if (policy === undefined || policy.text === 'round_robin') {
    if (file !== undefined) throw new CorefileError(file, `unknown property for round_robin: '${file.text}'`);
    return { policy: { kind: 'round_robin' }, prefer: [...value.prefer, ...entry.body.flatMap(readPrefer)] };
  }
  if (policy.text !== 'weighted') {
    throw new CorefileError(policy, `unknown policy: ${policy.text}`, 'a policy is round_robin or weighted FILE');
  }
  if (file === undefined) throw new CorefileError(policy, 'missing weight file argument', 'write weighted FILE');
  if (surplus[0] !== undefined) throw new CorefileError(surplus[0], `unexpected argument: '${surplus[0].text}'`);
  const reloadMs = entry.body.map(readReload).at(-1) ?? RELOAD_MS_DEFAULT;
  return { policy: { kind: 'weighted', path: rooted(file, root).text, reloadMs, position: file }, prefer: [] };
};

/** `loadbalance [round_robin|weighted FILE] { ... }`; the last of several lines counts (plugin/loadbalance/setup.go). */
export const setup = ({ entries, root }: Written): LoadbalanceValue =>
  entries.reduce<LoadbalanceValue>((value, entry) => applyEntry(value, entry, root), { policy: { kind: 'round_robin' }, prefer: [] });
