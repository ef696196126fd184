/** unbound's options of a scenario, as a Corefile that asks the same of us. */

const CAPACITY = 9984;
/** No caps that a scenario could meet where it sets none: a week, and no floor. */
const TTL_MAX = 604_800;

/** unbound keeps a failure for 5 s (NORR_TTL), and serves what has expired meanwhile. */
const RECHECK = '5s';

/** `cache-max-ttl: 10` as a pair; the last of a name counts. */
const readOptions = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^\s*([a-z0-9-]+):\s*(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value.replaceAll('"', '').trim()] as const];
    }),
  );

const staleLine = (options: ReadonlyMap<string, string>): readonly string[] => {
  if (options.get('serve-expired') !== 'yes') return [];
  const upTo = Number(options.get('serve-expired-ttl') ?? 0);
  const duration = upTo === 0 ? '24h' : `${upTo}s`;
  const ttl = `${options.get('serve-expired-reply-ttl') ?? 30}s`;
  const timeout = Number(options.get('serve-expired-client-timeout') ?? 0);
  return [`serve_stale ${duration} ${timeout === 0 ? 'immediate' : `verify ${timeout}ms`} ${ttl} ${RECHECK}`];
};

const cacheLines = (options: ReadonlyMap<string, string>): readonly string[] => {
  const number = (name: string, otherwise: number): number => Number(options.get(name) ?? otherwise);
  const most = number('cache-max-ttl', TTL_MAX);
  const least = number('cache-min-ttl', 0);
  const denialMost = number('cache-max-negative-ttl', most);
  return [
    `success ${CAPACITY} ${most} ${least}`,
    `denial ${CAPACITY} ${denialMost} ${number('cache-min-negative-ttl', Math.min(least, denialMost))}`,
    ...staleLine(options),
    // unbound prefetches whatever is asked for in the last tenth; gaps do not matter to it.
    ...(options.get('prefetch') === 'yes' ? ['prefetch 1 24h 10%'] : []),
    ...(options.get('serve-original-ttl') === 'yes' ? ['keepttl'] : []),
  ];
};

export const corefileFor = (config: readonly string[]): string => {
  const options = readOptions(config);
  const keepaliveMs = Number(options.get('edns-tcp-keepalive-timeout') ?? 0);
  const cached = options.get('forward-no-cache') !== 'yes' && options.get('stub-no-cache') !== 'yes';
  return [
    '. {',
    ...(keepaliveMs === 0 ? [] : ['  timeouts {', `    idle ${keepaliveMs}ms`, '  }']),
    ...(options.get('minimal-responses') === 'yes' ? ['  minimal'] : []),
    ...(cached ? ['  cache {', ...cacheLines(options).map((line) => `    ${line}`), '  }'] : []),
    '  forward . 192.0.2.53',
    '}',
  ].join('\n');
};
