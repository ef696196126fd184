import type { LogLevel } from '../engine/effect.ts';

/** Somewhere that messages go. */
export interface Sink {
  /** A message in dnstap's form, which may wait, or be dropped where too many do. */
  write(payload: Uint8Array): void;
  close(): Promise<void>;
}

export type Log = (level: LogLevel, line: string) => void;
