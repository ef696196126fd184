import { posix } from 'node:path';
import { circlesOf } from './circles.ts';
import type { Apart, Plan, Room } from './floors.ts';
import { memberOf, placeOf, roomOf } from './floors.ts';
import type { Tree, WrittenImport } from './tree.ts';
import { importsOf, isCode, publishedIn } from './tree.ts';

interface Arrow extends WrittenImport {
  readonly from: string;
  /** The file of the tree that is meant; `undefined` for what others publish. */
  readonly to: string | undefined;
}

const packageOf = (path: string): string | undefined => /^packages\/[^/]+/.exec(path)?.[0];

const isOwnPath = (specifier: string): boolean => /^[.#]/.test(specifier);

/** All imports of the tree. */
const arrowsOf = (tree: Tree): readonly Arrow[] => {
  const published = publishedIn(tree);
  const fileOf = (from: string, specifier: string): string | undefined =>
    specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : published.get(specifier);
  return [...tree]
    .filter(([path]) => isCode(path))
    .flatMap(([from, text]) =>
      importsOf(from, text).map((written) => {
        const file = written.specifier === undefined ? undefined : fileOf(from, written.specifier);
        return { ...written, from, to: file !== undefined && tree.has(file) ? file : undefined };
      }),
    );
};

const WAY_OUT = 'move what both need to a room below them, or this line to a room above';

/** Imports that do not lead to a lower floor, or to the same room. */
const upwardImports = (arrows: readonly Arrow[], rooms: readonly Room[]): readonly string[] =>
  arrows.flatMap(({ from, to, line }) => {
    const [own, other] = [roomOf(rooms, from), to === undefined ? undefined : roomOf(rooms, to)];
    if (own === undefined || other === undefined || to === undefined) return [];
    const same = own === other && placeOf(from) === placeOf(to);
    if (other.floor < own.floor || same) return [];
    return [`${from}:${line} is on floor ${own.floor} and imports ${to} on floor ${other.floor}: ${WAY_OUT}`];
  });

/** Imports between rooms that keep apart. */
const importsAcross = (arrows: readonly Arrow[], apart: readonly Apart[]): readonly string[] =>
  arrows.flatMap(({ from, to, line }) =>
    apart.flatMap((rooms) => {
      const [own, other] = [memberOf(rooms, from), to === undefined ? undefined : memberOf(rooms, to)];
      if (own === undefined || other === undefined || own === other) return [];
      return [`${from}:${line} imports ${to}, but ${own}/ and ${other}/ keep apart: ${WAY_OUT}`];
    }),
  );

/** Imports of what another package does not publish. */
const importsOfInsides = (arrows: readonly Arrow[]): readonly string[] =>
  arrows.flatMap(({ from, to, specifier, line }) => {
    if (specifier === undefined) return [];
    const owner = to === undefined ? undefined : packageOf(to);
    const reachesIn = isOwnPath(specifier) && owner !== undefined && owner !== packageOf(from);
    const guesses = to === undefined && specifier.startsWith('@nodelocal/');
    return reachesIn || guesses
      ? [`${from}:${line} imports ${specifier}, which no package publishes: name it in the other's index.ts, or do without`]
      : [];
  });

/** Imports whose file cannot be told from the text: nobody could say whether they run down. */
const unreadableImports = (arrows: readonly Arrow[]): readonly string[] =>
  arrows.flatMap(({ from, to, specifier, line }) => {
    if (specifier === undefined) {
      return placeOf(from) === undefined ? [] : [`${from}:${line} imports what shows only when it runs: write a plain path`];
    }
    if (!isOwnPath(specifier) || to !== undefined) return [];
    return [`${from}:${line} imports ${specifier}, which is no file here: write its path as it is, with its .ts`];
  });

const circlesOfImports = (arrows: readonly Arrow[]): readonly string[] => {
  const graph = new Map<string, string[]>();
  for (const { from, to } of arrows) {
    if (to !== undefined) graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  return circlesOf(graph).map((files) => `${files.join(' -> ')}: a circle of imports; ${WAY_OUT}`);
};

/** Folders of `src/` without a row, and rows without a folder, twice, or that cannot be read. */
const misfits = (tree: Tree, { rooms, apart, unread }: Plan): readonly string[] => {
  const files = [...tree.keys()].filter((path) => isCode(path) && placeOf(path) !== undefined);
  const homeless = files.filter((path) => roomOf(rooms, path) === undefined).map((path) => posix.dirname(path));
  const used = new Set(files.map((path) => roomOf(rooms, path)));
  const empty = apart.flat().filter((member) => !files.some((path) => memberOf([member], path) !== undefined));
  return [
    ...unread.map((row) => `${row} cannot be read: a row of rooms is | FLOOR | \`ROOM/\` | what |, of rooms that keep apart | apart: \`A/\`, \`B/\` | why |`),
    ...[...new Set(homeless)].map((folder) => `${folder}/ has no floor: give it a row in ARCHITECTURE.md`),
    ...[...rooms.filter((room) => !used.has(room)).map(({ path }) => path), ...empty].map(
      (path) => `${path}: a row in ARCHITECTURE.md for nothing, or the second for the same`,
    ),
  ];
};

/** What is wrong with the imports of a tree, a line each. */
export const findingsIn = (tree: Tree, plan: Plan): readonly string[] => {
  const arrows = arrowsOf(tree);
  return [
    ...misfits(tree, plan),
    ...unreadableImports(arrows),
    ...upwardImports(arrows, plan.rooms),
    ...importsAcross(arrows, plan.apart),
    ...importsOfInsides(arrows),
    ...circlesOfImports(arrows),
  ];
};
