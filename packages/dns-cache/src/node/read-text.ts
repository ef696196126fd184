/** Reads a file of `/proc`; `undefined` where there is none. */
export type ReadText = (path: string) => Promise<string | undefined>;
