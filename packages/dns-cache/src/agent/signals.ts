import process from 'node:process';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Waits for a signal that asks for the end. Before and after it is waited for, a signal ends the process by itself. */
export interface EndSignal {
  readonly came: Promise<void>;
  forget(): void;
}

export const awaitEndSignal = (): EndSignal => {
  let forget = (): void => undefined;
  const came = new Promise<void>((resolve) => {
    const heard = (): void => {
      forget();
      resolve();
    };
    forget = () => {
      for (const signal of SIGNALS) process.off(signal, heard);
    };
    for (const signal of SIGNALS) process.on(signal, heard);
  });
  return { came, forget };
};
