import type { Chance } from './chance.ts';
import { rewriteBy, templateBy } from './changing.ts';
import type { Lines } from './directives.ts';
import { aclBy, cacheBy, errorsBy, forwardBy, hostsBy, logBy, simpleBy, withOptions } from './directives.ts';

const PROMETHEUS = 'prometheus {metrics}';
const BIND = 'bind 127.0.0.1';

/** `ZONES { … }`, each on the one port of the conversation. */
const block = (zones: readonly string[], lines: Lines): Lines => withOptions(zones.map((zone) => `${zone}:{port}`).join(' '), lines);

const times = (count: number, make: () => Lines): Lines => Array.from({ length: count }, make).flat();

/** What the block of a node has: nothing out of the ordinary. */
const plainLines = (chance: Chance): Lines => [
  'errors',
  chance.maybe(0.7) ? 'log' : 'log . {combined}',
  PROMETHEUS,
  ...chance.perhaps(0.85, () => cacheBy(chance)).flat(),
  ...chance.perhaps(0.3, () => 'reload'),
  ...chance.perhaps(0.3, () => hostsBy(chance)).flat(),
  ...chance.perhaps(0.25, () => rewriteBy(chance)).flat(),
  BIND,
  ...forwardBy(chance, chance.one(['up1', 'up1', 'up2'])),
];

const PLAIN: readonly ((chance: Chance) => Lines)[] = [
  (chance) => block(['.'], plainLines(chance)),
  (chance) => [
    ...block(['cluster.local'], plainLines(chance)),
    ...block(['in-addr.arpa'], plainLines(chance).filter((line) => line !== PROMETHEUS)),
    ...block(['.'], plainLines(chance)),
  ],
  (chance) => [...block(['test', 'other'], plainLines(chance)), ...block(['.'], plainLines(chance))],
  (chance) => [
    ...withOptions('(common)', ['errors', 'log', PROMETHEUS, BIND]),
    ...block(['test'], ['import common', ...cacheBy(chance), ...forwardBy(chance, 'up1')]),
    ...block(['.'], ['import common', ...cacheBy(chance), ...forwardBy(chance, 'up2')]),
  ],
];

export const plainCorefileBy = (chance: Chance): string => `${chance.one(PLAIN)(chance).join('\n')}\n`;

/** What any block may have. */
const oddLines = (chance: Chance, { isFirst, view = [] }: { readonly isFirst: boolean; readonly view?: Lines }): Lines => {
  const simple = simpleBy(chance);
  return [
    ...view,
    ...(isFirst || chance.maybe(0.5) ? [PROMETHEUS] : []),
    ...chance.perhaps(0.8, () => errorsBy(chance)).flat(),
    ...chance.perhaps(0.8, () => logBy(chance)).flat(),
    ...chance.perhaps(0.75, () => cacheBy(chance)).flat(),
    ...times(chance.one([0, 0, 1, 1, 2, 3]), () => rewriteBy(chance)),
    ...times(chance.one([0, 0, 0, 1, 1, 2]), () => templateBy(chance)),
    ...chance.perhaps(0.25, () => hostsBy(chance)).flat(),
    ...chance.perhaps(0.2, () => aclBy(chance)).flat(),
    ...simple.lines,
    BIND,
    ...(simple.names.includes('whoami') ? [] : chance.perhaps(0.93, () => forwardBy(chance, chance.maybe(0.8) ? 'up1' : 'up2')).flat()),
  ];
};

const EXPRESSIONS = [
  "client_ip() == '127.0.0.2'",
  "type() == 'A'",
  "name() startsWith 'a'",
  "incidr(client_ip(), '127.0.0.0/31')",
  "port() != '' && proto() == 'tcp'",
  "type() in ['AAAA', 'TXT']",
  'len(name()) > 7',
  'bufsize() > 600',
  'do()',
  'id() > 100 && opcode() == 0',
  "class() == 'IN'",
  "server_port() == '{port}'",
] as const;

const ODD: readonly ((chance: Chance) => Lines)[] = [
  ...Array.from({ length: 6 }, () => (chance: Chance) => block(['.'], oddLines(chance, { isFirst: true }))),
  ...Array.from({ length: 2 }, () => (chance: Chance) => [
    ...block(chance.one([['test'], ['cluster.local', 'test'], ['corp.test']]), oddLines(chance, { isFirst: true })),
    ...block(['.'], oddLines(chance, { isFirst: false })),
  ]),
  (chance) => [
    ...block(['test'], oddLines(chance, { isFirst: true, view: withOptions('view v1', [`expr ${chance.one(EXPRESSIONS)}`]) })),
    ...block(['test'], oddLines(chance, { isFirst: false })),
    ...block(['.'], oddLines(chance, { isFirst: false })),
  ],
  (chance) => block(['10.0.0.0/24', '.'], oddLines(chance, { isFirst: true })),
];

export const oddCorefileBy = (chance: Chance): string => `${chance.one(ODD)(chance).join('\n')}\n`;
