/** What a process has opened, to be let go of in reverse order. */
export interface Opened {
  add(close: () => Promise<void> | void): void;
  /** Each is closed once, however often this is called. */
  closeAll(): Promise<void>;
}

export const createOpened = (): Opened => {
  const closers: (() => Promise<void> | void)[] = [];
  return {
    add(close) {
      closers.push(close);
    },
    async closeAll() {
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
    },
  };
};
