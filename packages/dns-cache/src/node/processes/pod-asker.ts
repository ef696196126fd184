import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import type { CommandOutcome } from '../command.ts';
import { failureText } from '../command.ts';
import { codeOf, reasonOf } from '../../reason.ts';
import { askable, nodeEndRemovalText, nodeEndText, podEndText } from '../readiness/pod.ts';
import type { AskedAsPod } from '../readiness/readiness.ts';
import { runCommand } from '../system/run.ts';
import type { FromPod, ToPod } from './pod.ts';
import type { ServerCommand } from './server-child.ts';

const IP_MS = 5000;

/** For each thing that it is told; a Node.js of its own has to start. */
const ANSWER_MAX_MS = 10_000;

/** Asks as a pod would, from a namespace that is made when it is first asked. */
export interface PodAsker {
  ask(addresses: readonly string[]): Promise<AskedAsPod>;
  /** Namespace and veth are gone with it. */
  end(): void;
}

export interface PodAskerOptions {
  /** What lives in the namespace. */
  readonly command: ServerCommand;
  /** The pod's own, one of a family. */
  readonly podAddresses: readonly string[];
  readonly dnsPort: number;
}

/** Why it could not be tried: that is no fault of the node's DNS. */
class NotTriedError extends Error {}

const ip = (batch: string): Promise<CommandOutcome> => runCommand({ argv: ['ip', '-batch', '-'], stdin: batch, timeLimitMs: IP_MS });

/** A process in a namespace, and what it answers. */
interface Pod {
  readonly pid: number;
  /** Its next message. @throws NotTriedError where it ends, or is silent */
  readonly heard: () => Promise<FromPod>;
  tell(message: ToPod): void;
  end(): void;
}

const startPod = ({ program, words }: ServerCommand): Pod => {
  const child: ChildProcess = spawn('unshare', ['--net', '--', process.execPath, program, ...words], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const messages: FromPod[] = [];
  let isEnded: string | undefined;
  let wake: () => void = () => undefined;
  const end = (reason: string): void => {
    isEnded ??= reason;
    wake();
  };
  const said = child.stderr === null ? Promise.resolve('') : text(child.stderr);
  child.on('message', (message: FromPod) => {
    messages.push(message);
    wake();
  });
  child.on('error', (error) => end(codeOf(error) === 'ENOENT' ? 'there is no program unshare' : reasonOf(error)));
  child.on('close', () => {
    void said.then((stderr) => end(/not permitted/i.test(stderr) ? 'no permission to make a namespace' : `its process ended: ${stderr.trim().split('\n')[0] ?? ''}`));
  });
  return {
    pid: child.pid ?? 0,
    async heard() {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const late = setTimeout(() => end(`no word of its process in ${ANSWER_MAX_MS / 1000} s`), ANSWER_MAX_MS);
      if (messages.length === 0 && isEnded === undefined) await woken;
      clearTimeout(late);
      const message = messages.shift();
      if (message === undefined) throw new NotTriedError(isEnded ?? '');
      if (message.kind === 'failed') throw new NotTriedError(message.reason);
      return message;
    },
    tell: (message) => void (child.connected && child.send(message, () => undefined)),
    end: () => void child.kill('SIGKILL'),
  };
};

/** The veth. One that is there already was another's of ours, who lost his end. @throws NotTriedError */
const connect = async (pid: number, podAddresses: readonly string[]): Promise<void> => {
  const made = await ip(nodeEndText(pid, podAddresses));
  if (made.kind === 'done') return;
  const said = failureText(made);
  if (!/:1\b/.test(said) || !/exists/i.test(said)) throw new NotTriedError(said.replaceAll(/\s+/g, ' '));
  await ip(nodeEndRemovalText);
  const again = await ip(nodeEndText(pid, podAddresses));
  if (again.kind !== 'done') throw new NotTriedError(failureText(again).replaceAll(/\s+/g, ' '));
};

export const createPodAsker = ({ command, podAddresses, dnsPort }: PodAskerOptions): PodAsker => {
  let pod: Pod | undefined;
  let hasEnded = false;

  const begin = async (): Promise<Pod> => {
    const started = startPod(command);
    pod = started;
    await started.heard();
    await connect(started.pid, podAddresses);
    started.tell({ kind: 'begin', batch: podEndText(podAddresses) });
    await started.heard();
    return started;
  };

  const end = (): void => {
    pod?.end();
    pod = undefined;
  };

  return {
    async ask(local) {
      const addresses = askable(local, podAddresses);
      if (hasEnded || addresses.length === 0) return { kind: 'not-tried', reason: 'no address of its family' };
      try {
        const asking = pod ?? (await begin());
        asking.tell({ kind: 'ask', addresses, port: dnsPort });
        const told = await asking.heard();
        return told.kind === 'asked' ? { kind: 'asked', addresses: told.addresses } : { kind: 'not-tried', reason: told.kind };
      } catch (error) {
        end();
        if (!(error instanceof NotTriedError)) throw error;
        return { kind: 'not-tried', reason: error.message };
      }
    },
    end() {
      hasEnded = true;
      end();
    },
  };
};
