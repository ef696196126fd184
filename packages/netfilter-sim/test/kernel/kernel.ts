import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Case, CaseEntry } from '../../src/cases/case.ts';
import { toPacket } from '../../src/cases/packet.ts';
import type { NodeSnapshot } from '../../src/snapshot/node.ts';
import { kernelFilled } from './filled-sets.ts';
import type { Observation, SeenPacket } from './observation.ts';
import { comparable } from '../ruleset/ipset/lines.ts';
import { listedCounters } from '../support/listed-counters.ts';
import { savedCounters } from '../support/saved-counters.ts';
import { decode, encode, write } from './wire.ts';

const helper = fileURLToPath(new URL('helper/iptables.py', import.meta.url));

/** What the helper answers for a case. */
interface RawAnswer {
  readonly events: readonly RawEvent[];
  readonly conntrack: readonly CaseEntry[];
  readonly endedAtMs: number;
  readonly stalledMs: number;
  readonly stats: Readonly<Record<string, number>>;
  readonly counters: string;
  /** `nft -j list ruleset` when all is over; empty where there are no such rules. */
  readonly nftables: string;
  readonly sets: string;
}

interface RawEvent {
  readonly atMs: number;
  readonly errno: number;
  /** It waits in a queue now. */
  readonly held: boolean;
  /** The packet's beginning, and the mark. */
  readonly trace: readonly (readonly [data: string, mark: string])[];
  readonly captured: readonly (readonly [device: string, data: string])[];
  readonly delivered: readonly string[];
}

export type KernelAnswer =
  | {
      readonly kind: 'observed';
      readonly observation: Observation;
      /** The case with the times at which its packets were sent. */
      readonly timed: Case;
      readonly endedAtMs: number;
    }
  /** The rules do not load. */
  | { readonly kind: 'refused'; readonly why: string };

/** The live kernel, in network namespaces that last as long as this object's process. */
export class Kernel {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #said = '';

  constructor() {
    this.#process = spawn('python3', [helper]);
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
    this.#process.stderr.on('data', (text: Buffer) => {
      this.#said += text.toString();
    });
    // Writing to a helper that ended fails here as well as at the answer that does not come.
    this.#process.stdin.on('error', (error) => {
      this.#said += error.message;
    });
  }

  /** Makes a node by commands of `ip -batch`, unless there is one of that name. */
  async node(name: string, setup: string): Promise<NodeSnapshot> {
    const { snapshot } = (await this.#ask({ world: name, setup })) as { readonly snapshot: NodeSnapshot['contents'] };
    return { folder: name, contents: snapshot };
  }

  /** How `nft -j` lists the rules once they are loaded. */
  async list(world: string, nftables: string): Promise<{ readonly listed: string } | { readonly refused: string }> {
    return (await this.#ask({ world, nftables })) as { readonly listed: string } | { readonly refused: string };
  }

  /** `names`: other names for the node's devices, by the usual ones. */
  async run(of: Case, names: Readonly<Record<string, string>> = {}): Promise<KernelAnswer> {
    const events = of.events.flatMap((event, at): readonly object[] => {
      switch (event.kind) {
        case 'wait':
          return [{ wait: event.ms }];
        case 'send': {
          const { from, socket } = event.packet;
          return [{ send: { from, socket, data: encode(toPacket(event.packet, of.id), identOf(at)).toString('hex') } }];
        }
        case 'release':
          return [{ release: event.index }];
      }
    });
    const answer = (await this.#ask({ world: of.node, family: of.family, sysctls: of.sysctls, rules: of.rules, nftables: of.nftables?.rules, sets: of.sets, names, events })) as
      | RawAnswer
      | { readonly refused: string };
    if ('refused' in answer) return { kind: 'refused', why: answer.refused };
    const { endedAtMs, stalledMs, conntrack, stats, counters, nftables, sets } = answer;
    const sentAt = of.events.flatMap((event, at) => (event.kind === 'send' ? [at] : []));
    return {
      kind: 'observed',
      observation: {
        packets: answer.events.map((seen, at) => {
          const event = of.events[at];
          if (event === undefined || event.kind === 'wait') return undefined;
          return readEvent(seen, identOf(event.kind === 'send' ? at : (sentAt[event.index] ?? at)));
        }),
        entries: conntrack,
        stats,
        counters: new Map([...savedCounters(counters), ...(of.nftables === undefined ? [] : [...listedCounters(nftables), ...kernelFilled(of.nftables.listed, nftables)])]),
        sets: comparable(sets),
        stalledMs,
      },
      timed: {
        ...of,
        events: of.events.map((event, at) =>
          event.kind === 'wait' ? event : { ...event, atMs: answer.events[at]?.atMs ?? 0 },
        ),
      },
      endedAtMs,
    };
  }

  stop(): void {
    this.#process.stdin.end();
  }

  async #ask(request: object): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`the kernel helper ended: ${this.#said}`);
    return JSON.parse(line.value) as unknown;
  }
}

/** Unlike what the host gives its own packets: IPv4 draws 16 bits for few of them, IPv6 says 0. */
const identOf = (at: number): number => 0xe000 + at;

const readEvent = ({ errno, held, trace, captured, delivered }: RawEvent, ident: number): SeenPacket => {
  const marks = { own: [] as string[], others: [] as string[] };
  for (const [data, mark] of trace) marks[decode(Buffer.from(data, 'hex')).ident === ident ? 'own' : 'others'].push(mark);
  const places = { own: [] as string[], others: [] as string[] };
  const sightings = [...captured, ...delivered.map((data) => ['local', data] as const)];
  for (const [place, data] of sightings) {
    const found = decode(Buffer.from(data, 'hex'));
    places[found.ident === ident ? 'own' : 'others'].push(`${place}: ${write(found.packet)}`);
  }
  return {
    errno,
    trace: marks.own,
    result: held ? 'held' : places.own.length === 0 ? 'nowhere' : places.own.join(' and '),
    answerTrace: marks.others,
    answers: places.others.sort(),
  };
};
