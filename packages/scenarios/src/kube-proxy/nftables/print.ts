import type { Address, Family } from '@nodelocal/netfilter-sim';
import { byAddress, elementKey } from './element-key.ts';
import type { Chain, Container, Table, VerdictElement } from './table.ts';
import { TABLE_NAME } from './fixed-names.ts';
import { headerOf } from './words.ts';

/*
 * A table as `nft list ruleset` of nftables 1.0.6 prints it.
 */

/** Elements of a set are wrapped where the first one starts, one tab being eight columns. */
const NEXT_LINE = ',\n\t\t\t     ';

const ADDRESSES_PER_LINE: Readonly<Record<Family, number>> = { ipv4: 2, ipv6: 1 };

const elementText = ({ address, protocol, port, verdict, comment }: VerdictElement): string => {
  const key = `${address === undefined ? '' : `${address} . `}${protocol.toLowerCase()} . ${port}`;
  return `${key}${comment === undefined ? '' : ` comment "${comment}"`} : ${verdict}`;
};

const addressLines = (family: Family, addresses: readonly Address[]): readonly string[] => {
  const sorted = addresses.toSorted(byAddress);
  const size = ADDRESSES_PER_LINE[family];
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, line) => sorted.slice(line * size, (line + 1) * size).join(', '));
};

const verdictLines = (elements: readonly VerdictElement[]): readonly string[] =>
  elements
    .map((element) => [elementKey(element), elementText(element)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, text]) => text);

const elementLines = (family: Family, container: Container): readonly string[] => {
  switch (container.kind) {
    case 'set':
      return addressLines(family, container.elements);
    case 'map':
      return verdictLines(container.elements);
  }
};

const block = (header: string, lines: readonly string[]): string => `\t${header} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;

const containerBlock = (family: Family, container: Container): string => {
  const elements = elementLines(family, container);
  return block(`${container.kind} ${container.name}`, [...container.properties, ...(elements.length === 0 ? [] : [`elements = { ${elements.join(NEXT_LINE)} }`])]);
};

const chainBlock = ({ name, lines }: Chain): string => block(`chain ${name}`, lines);

export const printTable = ({ family, containers, chains }: Table): string => {
  const blocks = [...containers.map((container) => containerBlock(family, container)), ...chains.map(chainBlock)];
  return `table ${headerOf(family)} ${TABLE_NAME} {\n\tcomment "rules for kube-proxy"\n${blocks.join('\n')}}\n`;
};
