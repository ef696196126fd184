import { dirname } from 'node:path';

/** A row of the table of rooms in ARCHITECTURE.md. */
export interface Room {
  readonly floor: number;
  /** `dns-cache/plugins/*` stands for a floor of like rooms; a file's name, for that file alone. */
  readonly path: string;
}

/** Rows of three cells: a number, a path in backquotes, and what lives there. */
export const readRooms = (document: string): readonly Room[] =>
  [...document.matchAll(/^\| (\d+) \| `([^`]+?)\/?` \| .+ \|$/gm)].map(([, floor = '', path = '']) => ({
    floor: Number(floor),
    path,
  }));

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
