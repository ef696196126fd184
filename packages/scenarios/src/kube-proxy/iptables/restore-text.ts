/** A table's lines as kube-proxy hands them to iptables-restore. */
export class TableText {
  readonly #name: string;
  readonly #chains: string[] = [];
  readonly #rules: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  chain(name: string): void {
    this.#chains.push(`:${name} - [0:0]`);
  }

  /** Words that are '' are left out. */
  rule(chain: string, ...words: readonly string[]): void {
    this.#rules.push(['-A', chain, ...words.filter((word) => word !== '')].join(' '));
  }

  get text(): string {
    return [`*${this.#name}`, ...this.#chains, ...this.#rules, 'COMMIT', ''].join('\n');
  }
}

export interface RestoreText {
  readonly filter: TableText;
  readonly nat: TableText;
}

export const comment = (text: string): string => `-m comment --comment "${text}"`;

/** `-m tcp -p tcp -d 10.96.0.10 --dport 53`; without an address: to this port anywhere. */
export const destination = (protocol: string, port: number, address = ''): string =>
  `-m ${protocol.toLowerCase()} -p ${protocol.toLowerCase()} ${address === '' ? '' : `-d ${address} `}--dport ${port}`;
