import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveNode, Process } from './node.ts';
import { serversOf } from './node.ts';

/*
 * Agents on one node that are started, told to end, killed and stopped, or their servers, as dice have it.
 */

export interface Agent {
  readonly name: string;
  readonly process: Process;
  /** It was told to end, or killed. */
  isDone: boolean;
}

/** What happened, each with its time in seconds. */
export type Journal = (line: string) => void;

export const isUp = ({ process: { child } }: Agent): boolean => child.exitCode === null && child.signalCode === null;

/** As many at once, of which all but one wait. */
const AGENTS_MAX = 4;
const STOPPED_MS = 1000;
/** Some come at once, some while another is at it, some when all is over. */
const PAUSES_MS = [0, 10, 30, 100, 300, 500, 700, 900, 1200, 2000];

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended by itself, or was killed before.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

export class Turmoil {
  readonly agents: Agent[] = [];
  readonly #live: LiveNode;
  readonly #flags: readonly string[];
  readonly #random: () => number;
  readonly #tell: Journal;

  constructor(live: LiveNode, flags: readonly string[], random: () => number, tell: Journal) {
    this.#live = live;
    this.#flags = flags;
    this.#random = random;
    this.#tell = tell;
  }

  start(): Agent {
    const agent = { name: `agent ${this.agents.length}`, process: this.#live.agent(...this.#flags), isDone: false };
    this.agents.push(agent);
    this.#tell(`start ${agent.name}`);
    const { child } = agent.process;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        for (const line of chunk.toString().split('\n')) if (line.startsWith('[') && !line.includes('Added back')) this.#tell(`${agent.name}: ${line}`);
      });
    }
    child.on('exit', (status, by) => this.#tell(`${agent.name} ended: ${status ?? by}`));
    return agent;
  }

  #pick<Thing>(things: readonly Thing[]): Thing | undefined {
    return things[Math.floor(this.#random() * things.length)];
  }

  #signal(what: string, pid: number | undefined, name: NodeJS.Signals): void {
    if (pid === undefined) return;
    this.#tell(`${name} to ${what}`);
    signal(pid, name);
    if (name === 'SIGSTOP') setTimeout(() => signal(pid, 'SIGCONT'), STOPPED_MS);
  }

  /** One of these; the dice may choose what cannot be done. */
  happen(): void {
    const agent = this.#pick(this.agents.filter((one) => isUp(one) && !one.isDone));
    const servers = agent === undefined ? [] : serversOf(this.#live, agent.process).toSorted((one, other) => one - other);
    const kind = this.#pick(['start', 'start', 'start', 'start', 'end', 'end', 'kill', 'kill', 'kill server', 'kill any', 'kill servers', 'kill with server', 'stop', 'stop server'] as const);
    if (kind === 'start' && this.agents.filter(isUp).length < AGENTS_MAX) this.start();
    if (agent === undefined) return;
    const { pid } = agent.process.child;
    const any = this.#pick(servers);
    switch (kind) {
      case 'start':
      case undefined:
        return;
      case 'end':
        agent.isDone = true;
        return this.#signal(agent.name, pid, 'SIGTERM');
      case 'kill':
        agent.isDone = true;
        return this.#signal(agent.name, pid, 'SIGKILL');
      case 'kill server':
        return this.#signal(`the first server of ${agent.name}`, servers[0], 'SIGKILL');
      case 'kill any':
        return this.#signal(`a server of ${agent.name}`, any, 'SIGKILL');
      case 'kill servers':
        for (const server of servers) this.#signal(`a server of ${agent.name}`, server, 'SIGKILL');
        return;
      case 'kill with server':
        // What is killed with all of its servers leaves its rules.
        if (servers.length < 2) return;
        agent.isDone = true;
        this.#signal(agent.name, pid, 'SIGKILL');
        return this.#signal(`the first server of ${agent.name}`, servers[0], 'SIGKILL');
      case 'stop':
        return this.#signal(agent.name, pid, 'SIGSTOP');
      case 'stop server':
        return this.#signal(`a server of ${agent.name}`, any, 'SIGSTOP');
    }
  }

  /** So many of them, one after the other. */
  async rage(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      this.happen();
      await sleep((this.#pick(PAUSES_MS) ?? 0) * (0.5 + this.#random()));
    }
  }
}
