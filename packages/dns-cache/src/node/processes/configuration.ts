import { statSync } from 'node:fs';
import type { KeeperEvent } from '../files/corefile-keeper.ts';
import { keepCorefile } from '../files/corefile-keeper.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import { problemText } from '../template/kube-dns.ts';
import type { NodeFacts } from '../template/render.ts';
import { renderedText, warningText } from '../template/render.ts';

export interface ConfigurationOptions {
  readonly flags: NodeFlags;
  readonly facts: NodeFacts;
  readonly log: (line: string) => void;
  /** One more error of `configmap`. */
  readonly countError: () => void;
  /** The Corefile has another text. */
  readonly changed: () => void;
}

/** Nothing can be served: there is no template that gives a Corefile, nor a Corefile of an earlier run. */
export class NoCorefileError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoCorefileError';
  }
}

/** What somebody wrote into a ConfigMap is not to look like a line of ours. */
const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]/gu, (one) => (one === '\n' ? '\\n' : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`));

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const repeat = (look: () => void, everyMs: number): (() => void) => {
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
};

/** Renders the Corefile now, and whenever the template or the ConfigMap change. @throws NoCorefileError */
export const keepConfiguration = ({ flags, facts, log, countError, changed }: ConfigurationOptions): (() => void) => {
  let isStarting = true;
  let refusal: string | undefined;

  const report = (event: KeeperEvent): void => {
    switch (event.kind) {
      case 'written':
        log(`[INFO] ${renderedText(event.rendering)}`);
        log(`[INFO] Using config file:\n${event.rendering.corefile.trimEnd()}`);
        if (!isStarting) changed();
        return;
      case 'not-written':
        log(`[ERROR] ${event.error.message}`);
        refusal = event.error.message;
        countError();
        return;
      case 'refused':
        log(`[ERROR] ${event.reason}`);
        refusal = event.reason;
        countError();
        return;
      case 'problem':
        log(`[ERROR] Failed to sync kube-dns config directory ${flags.kubeDnsDirectory}, err: ${oneLine(problemText(event.problem))}`);
        countError();
        return;
      case 'warning':
        log(`[WARNING] ${oneLine(warningText(event.warning))}`);
        if (event.warning.kind === 'served-by-template') countError();
    }
  };

  const stop = keepCorefile({
    corefile: flags.corefile,
    template: flags.template,
    kubeDnsDirectory: flags.kubeDnsDirectory,
    facts,
    repeat,
    report,
  });
  isStarting = false;
  if (refusal !== undefined && !isFile(flags.corefile)) {
    stop();
    throw new NoCorefileError(refusal);
  }
  return stop;
};
