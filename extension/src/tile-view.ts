// What a map of tiles shows: each is a picture whose address has its zoom, column and row. Pure.
// (EPSG:3857; OpenStreetMap wiki, "Slippy map tilenames"; Google's tiles are numbered alike.)
import { latOf, type MapView } from "./guess-map";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Tile {
  address: string;
  box: Box;
}

/** Where the whole world lies, px; of its copies, the one that begins at 0 or right of it. */
interface World {
  size: number;
  left: number;
  top: number;
}

/** Tiles that disagree more about where the world lies are just being moved. */
const SPREAD_PX = 1.5;
const ADDRESSES = [
  /[?&/](?=.*\bz=(?<z>\d+))(?=.*\bx=(?<x>-?\d+))(?=.*\by=(?<y>\d+))/,
  /!1i(?<z>\d+)!2i(?<x>-?\d+)!3i(?<y>\d+)/,
  /\/(?<z>\d{1,2})\/(?<x>-?\d+)\/(?<y>\d+)(?:@\dx)?(?:\.\w+)?(?:$|\?)/,
];

/** Zoom, column, row; null: the address is not a tile's. */
export function tileNumber(address: string): [number, number, number] | null {
  const found = ADDRESSES.map((pattern) => pattern.exec(address)?.groups).find(Boolean);
  return found ? [Number(found.z), Number(found.x), Number(found.y)] : null;
}

/** What a map in `box` shows; null: there are no tiles, or they are just being moved. */
export function viewOfTiles(tiles: Tile[], box: Box): MapView | null {
  const zooms = new Map<number, World[]>();
  for (const { address, box } of tiles) {
    const number = tileNumber(address);
    if (number && box.width) zooms.set(number[0], [...(zooms.get(number[0]) ?? []), worldOf(number, box)]);
  }
  const worlds = [...zooms.values()];
  if (worlds.length === 0) return null;
  // Tiles of the zoom before lie under the new ones for a while.
  const most = worlds.reduce((a, b) => (b.length > a.length ? b : a));
  const world = { size: median(most, "size"), left: median(most, "left"), top: median(most, "top") };
  if (worlds.flat().some((other) => !isSame(other, world))) return null;
  const lng = modulo(((box.left + box.width / 2 - world.left) / world.size) * 360, 360) - 180;
  const lat = latOf((box.top + box.height / 2 - world.top) / world.size);
  return { lat, lng, zoom: Math.log2(world.size / 256), width: box.width, height: box.height };
}

function worldOf([zoom, column, row]: [number, number, number], { left, top, width }: Box): World {
  const size = width * 2 ** zoom;
  return { size, left: modulo(left - column * width, size), top: top - row * width };
}

function isSame(a: World, b: World): boolean {
  const across = modulo(a.left - b.left + b.size / 2, b.size) - b.size / 2;
  const apart = Math.max(Math.abs(across), Math.abs(a.top - b.top));
  return Math.abs(a.size / b.size - 1) < 0.005 && apart < SPREAD_PX + b.size * 1e-5;
}

function median(worlds: World[], part: keyof World): number {
  const sorted = worlds.map((world) => world[part]).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

function modulo(number: number, by: number): number {
  return ((number % by) + by) % by;
}
