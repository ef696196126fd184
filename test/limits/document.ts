import { LATER_DIRECTIVES } from '@nodelocal/dns-cache';
import { EXTENSION_LIMITS } from '@nodelocal/netfilter-sim';
import { read, tracked } from '../repository.ts';
import { boundsIn } from './bounds.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

/** The bounds of a package, room by room. */
const bounds = (name: string): readonly string[] => {
  const source = `packages/${name}/src/`;
  const files = tracked.filter((path) => path.startsWith(source) && path.endsWith('.ts'));
  const rows = files.flatMap((path) => boundsIn(path, read(path)).map(({ name: constant, value, what }) => ({ file: path.slice(source.length), cells: [`\`${constant}\``, value, what] })));
  return table(['limit', 'value', 'what it bounds', 'file'], rows.map(({ file, cells }) => [...cells, `\`${file}\``]));
};

const notEvaluated = EXTENSION_LIMITS.map(({ kind, name, extent, what }) => [`\`${kind === 'match' ? '-m' : '-j'} ${name}\``, extent === 'always' ? `all packets: ${what}` : what]);

/** docs/limits.md, as the code has it. */
export const limitsDocument = (): string =>
  [
    '# Limits',
    '',
    'What each package does not take, and where it stops. This page is made of the code: `npx --yes pnpm@10 vitest run --project repository test/limits -u`',
    'writes it anew, and a test holds it. What is simplified or absent in the model, and what is done otherwise than CoreDNS and node-cache do it, is told',
    'in [fidelity.md](fidelity.md), [coredns.md](coredns.md) and [node-cache.md](../packages/dns-cache/docs/node-cache.md).',
    '',
    '## netfilter-sim',
    '',
    'Of iptables, the modules themselves say what they cannot tell. A match that cannot tell is a question, and matters only where no other test of its rule',
    "fails. What nobody knows of a packet's octets is what its value does not say: an identification, a checksum, a payload that was not given, TCP options but a",
    'lone segment size.',
    '',
    ...table(['what', 'not evaluated for'], notEvaluated),
    '',
    ...bounds('netfilter-sim'),
    '',
    '## dns-cache',
    '',
    `A Corefile with a directive that CoreDNS knows and that is not here is refused, with its place: ${[...LATER_DIRECTIVES].map((name) => `**${name}**`).join(', ')}.`,
    '',
    ...bounds('dns-cache'),
    '',
    '## scenarios',
    '',
    ...bounds('scenarios'),
    '',
  ].join('\n');
