import process from 'node:process';

/** What ends it in good order, in caddy's words (sigtrap.go, sigtrap_posix.go). */
export const END_SIGNALS = {
  SIGTERM: 'Shutting down servers then terminating',
  SIGINT: 'Shutting down',
} as const;

/** Waits for a signal that asks for the end. Before and after it is waited for, a signal ends the process by itself. */
export interface EndSignal {
  readonly came: Promise<void>;
  forget(): void;
}

/** @param print is told which it was */
export const awaitEndSignal = (print: (line: string) => void): EndSignal => {
  let forget = (): void => undefined;
  const came = new Promise<void>((resolve) => {
    const listeners = Object.entries(END_SIGNALS).map(([signal, said]) => {
      const heard = (): void => {
        forget();
        print(`[INFO] ${signal}: ${said}`);
        resolve();
      };
      return [signal, heard] as const;
    });
    forget = () => {
      for (const [signal, heard] of listeners) process.off(signal, heard);
    };
    for (const [signal, heard] of listeners) process.on(signal, heard);
  });
  return { came, forget };
};
