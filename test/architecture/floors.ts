import { dirname } from 'node:path';

/** A row of the table of rooms in ARCHITECTURE.md. */
export interface Room {
  readonly floor: number;
  /** `dns-cache/plugins/*` stands for a floor of like rooms; a file's name, for that file alone. */
  readonly path: string;
}

/** Rooms that do not know each other, with all below their folders; `*` for all of like rooms. */
export type Apart = readonly string[];

/** What ARCHITECTURE.md says of the house. */
export interface Plan {
  readonly rooms: readonly Room[];
  readonly apart: readonly Apart[];
  /** Rows that are neither, as they are written. */
  readonly unread: readonly string[];
}

const pathsIn = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, path = '']) => path);

const HEAD = /^\| (?:floor|rooms|-+) \|/;

/** Reads the rows of the tables below `## The house`, up to the next heading. */
export const readPlan = (document: string): Plan => {
  const section = /^## The house\n([^]*?)(?=^## |$(?![^]))/m.exec(document)?.[1] ?? '';
  const plan = { rooms: new Array<Room>(), apart: new Array<Apart>(), unread: new Array<string>() };
  for (const row of section.split('\n').filter((line) => line.startsWith('|') && !HEAD.test(line))) {
    const [, first = '', second = '', last = ''] = /^\| (.+?) \| (.+?) \|(?: (.+) \|)?$/.exec(row) ?? [];
    const [path, ...more] = pathsIn(second);
    if (/^\d+$/.test(first) && path !== undefined && more.length === 0 && last !== '') plan.rooms.push({ floor: Number(first), path });
    else if (first.startsWith('apart: ') && pathsIn(first).length > 0) plan.apart.push(pathsIn(first));
    else plan.unread.push(row);
  }
  return plan;
};

const patternOf = (path: string, tail: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]+')}${tail}`);

/** The place of a file of `src/` in the table: `netfilter-sim/nat` for `packages/netfilter-sim/src/nat/range.ts`. */
export const placeOf = (path: string): string | undefined => {
  const [, name, inside] = /^packages\/([^/]+)\/src\/(.*)$/.exec(path) ?? [];
  if (name === undefined || inside === undefined) return undefined;
  const folder = dirname(inside);
  return folder === '.' ? name : `${name}/${folder}`;
};

/** The room that a file of `src/` lies in; a row for the file itself comes before its folder's, and a folder before a pattern. */
export const roomOf = (rooms: readonly Room[], path: string): Room | undefined => {
  const place = placeOf(path);
  const file = path.replace(/^packages\/([^/]+)\/src\//, '$1/');
  return (
    rooms.find((room) => room.path === file) ??
    rooms.find((room) => room.path === place) ??
    rooms.find((room) => place !== undefined && patternOf(room.path, '$').test(place))
  );
};

/** Which of the rooms a file lies in, at whatever depth. */
export const memberOf = (apart: Apart, path: string): string | undefined => {
  const place = placeOf(path);
  for (const member of apart) {
    const found = place === undefined ? undefined : patternOf(member, '(?=/|$)').exec(place)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
};
