import { dirname } from 'node:path';

/** A row of the table of rooms in ARCHITECTURE.md. */
export interface Room {
  readonly floor: number;
  /** `dns-cache/plugins/*` stands for a floor of like rooms; a file's name, for that file alone. */
  readonly path: string;
}

/** Rooms that do not know each other, with all below their folders. */
export type Apart = readonly string[];

/** What ARCHITECTURE.md says of the house. */
export interface Plan {
  readonly rooms: readonly Room[];
  readonly apart: readonly Apart[];
}

/** Rows of three cells: a number, a path in backquotes, and what lives there. */
const readRooms = (document: string): readonly Room[] =>
  [...document.matchAll(/^\| (\d+) \| `([^`]+?)\/?` \| .+ \|$/gm)].map(([, floor = '', path = '']) => ({
    floor: Number(floor),
    path,
  }));

/** Rows whose first cell begins with `apart:`. */
const readApart = (document: string): readonly Apart[] =>
  [...document.matchAll(/^\| apart: (.+?) \| .+ \|$/gm)].map(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, path = '']) => path),
  );

export const readPlan = (document: string): Plan => ({ rooms: readRooms(document), apart: readApart(document) });

const patternOf = ({ path }: Room): RegExp =>
  new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]+')}$`);

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
    rooms.find((room) => place !== undefined && patternOf(room).test(place))
  );
};

/** Which of the rooms a file lies in, at whatever depth. */
export const memberOf = (apart: Apart, path: string): string | undefined => {
  const place = placeOf(path);
  return apart.find((member) => place === member || place?.startsWith(`${member}/`) === true);
};
