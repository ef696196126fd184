/** A name to look up, and what its node's cache is told. */
export interface AskedName {
  readonly name: string;
  readonly corefile: string | undefined;
  readonly resolvConf: string | undefined;
}
