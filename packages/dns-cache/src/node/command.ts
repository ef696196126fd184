/** A program of the node, as it is started. */
export interface Command {
  readonly argv: readonly [program: string, ...words: string[]];
  readonly stdin?: string;
  /** It and all that it started are killed then. */
  readonly timeLimitMs: number;
}

export type CommandOutcome =
  | { readonly kind: 'done'; readonly stdout: string }
  /** `status` is that of a shell: 128 and the signal's number where a signal ended it, 126 where it could not be started. */
  | { readonly kind: 'failed'; readonly status: number; readonly stdout: string; readonly stderr: string }
  /** There is no such program. */
  | { readonly kind: 'missing'; readonly program: string }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  /** Another program holds the lock of xtables, and did longer than this one waited. */
  | { readonly kind: 'lock-held'; readonly status: number; readonly stderr: string };

export type CommandFailure = Exclude<CommandOutcome, { kind: 'done' }>;

/** Never rejects for what a command does. */
export type Run = (command: Command) => Promise<CommandOutcome>;

/** As node-cache (k8s.io/kubernetes/pkg/util/iptables) words it: `exit status 1: what the program said`. */
export const failureText = (failure: CommandFailure): string => {
  switch (failure.kind) {
    case 'failed':
    case 'lock-held':
      return `exit status ${failure.status}: ${failure.stderr.trim()}`;
    case 'missing':
      return `exec: "${failure.program}": executable file not found in $PATH`;
    case 'timed-out':
      return `timed out after ${failure.afterMs / 1000} s`;
  }
};
