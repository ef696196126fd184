/** The names of the benchmark's zone, `bench.test`. */
export const HOT_NAMES: readonly string[] = Array.from({ length: 100 }, (_, index) => `svc${index}.hot.bench.test`);

/** As many as CoreDNS's cache holds by default in each of its stores. */
export const STORE_ENTRIES = 9984;

export const existing = (index: number): string => `pod${index}.many.bench.test`;

export const missing = (index: number): string => `pod${index}.none.bench.test`;

let lastAsked = 0;

/** Names that were never asked for; there is an answer for each. */
export const unheardOf = (count: number): readonly string[] => {
  lastAsked += 1;
  return Array.from({ length: count }, (_, index) => `n${lastAsked}x${index}.any.bench.test`);
};

export const zoneText = (): string =>
  [
    '$ORIGIN bench.test.',
    '$TTL 3600',
    '@ SOA ns hostmaster 1 7200 1800 86400 3600',
    '@ NS ns',
    'ns A 127.0.0.1',
    '*.any A 10.244.255.1',
    ...HOT_NAMES.map((name, index) => `${name}. A 10.96.0.${index}`),
    ...Array.from({ length: STORE_ENTRIES }, (_, index) => `${existing(index)}. A 10.244.${index >> 8}.${index & 255}`),
    '',
  ].join('\n');

/** In dnsperf's form. */
export const queries = (names: readonly string[]): string => `${names.map((name) => `${name} A`).join('\n')}\n`;
