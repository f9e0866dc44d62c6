// Which names the world map writes at a zoom, and where: the important first, none on another.
import { toUnit } from "./mercator";
import type { World } from "./world-shapes";

/** A name at a place of the whole map, in pixels at one zoom. */
export interface Label {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  kind: "country" | "city" | "town";
  /** Where the name starts beside a town's dot; a country's is centred. */
  textX: number;
}

export const FONT = {
  country: '600 13px "Figtree Variable", system-ui, sans-serif',
  city: '500 12.5px "Figtree Variable", system-ui, sans-serif',
  town: '400 12px "Figtree Variable", system-ui, sans-serif',
} as const;

const LINE_PX = 17;
const DOT_PX = 9;
const CITY_POPULATION = 1_000_000;
/** Smallest population that is written, by zoom; the last holds for all closer ones. */
const POPULATION_FROM = [Infinity, Infinity, Infinity, 4e6, 15e5, 5e5, 15e4, 4e4, 0];
const COUNTRIES_UNTIL_ZOOM = 7;

export type Measure = (text: string, font: string) => number;

/** Labels for a whole-number zoom, none overlapping another. */
export function placeLabels(world: World, zoom: number, worldPx: number, measure: Measure): Label[] {
  const taken = new Occupied();
  const placed: Label[] = [];
  for (const label of [...countries(world, zoom, worldPx, measure), ...towns(world, zoom, worldPx, measure)]) {
    if (taken.claim(label)) placed.push(label);
  }
  return placed;
}

function* countries(world: World, zoom: number, worldPx: number, measure: Measure): Generator<Label> {
  if (zoom > COUNTRIES_UNTIL_ZOOM) return;
  for (const [text, x, y, span] of world.labels) {
    const width = measure(text, FONT.country);
    // A name much wider than its country names its neighbours too; close up, anyone may have it.
    if (span * worldPx < width * (zoom >= 5 ? 0.25 : 0.7)) continue;
    const left = x * worldPx - width / 2;
    yield { text, x: left, y: y * worldPx - LINE_PX / 2, width, height: LINE_PX, kind: "country", textX: left };
  }
}

function* towns(world: World, zoom: number, worldPx: number, measure: Measure): Generator<Label> {
  const least = POPULATION_FROM[Math.min(zoom, POPULATION_FROM.length - 1)] ?? 0;
  for (const [text, lat, lng, population] of world.towns) {
    if (population < least) return; // most populous first
    const kind = population >= CITY_POPULATION ? "city" : "town";
    const [x, y] = toUnit(lat, lng);
    const left = x * worldPx - DOT_PX / 2;
    const width = DOT_PX + measure(text, FONT[kind]);
    yield { text, x: left, y: y * worldPx - LINE_PX / 2, width, height: LINE_PX, kind, textX: left + DOT_PX };
  }
}

/** Boxes that are taken, found through a coarse grid. */
class Occupied {
  static readonly #CELL_PX = 128;
  static readonly #GAP_PX = 4;
  readonly #cells = new Map<string, Label[]>();

  claim(label: Label): boolean {
    const keys = [...this.#keys(label)];
    if (keys.some((key) => this.#cells.get(key)?.some((other) => overlap(label, other, Occupied.#GAP_PX))))
      return false;
    for (const key of keys) {
      const cell = this.#cells.get(key);
      if (cell) cell.push(label);
      else this.#cells.set(key, [label]);
    }
    return true;
  }

  *#keys({ x, y, width, height }: Label): Generator<string> {
    const cell = Occupied.#CELL_PX;
    for (let i = Math.floor((x - 4) / cell); i <= Math.floor((x + width + 4) / cell); i++)
      for (let j = Math.floor((y - 4) / cell); j <= Math.floor((y + height + 4) / cell); j++) yield `${i},${j}`;
  }
}

function overlap(a: Label, b: Label, gap: number): boolean {
  return (
    a.x < b.x + b.width + gap &&
    b.x < a.x + a.width + gap &&
    a.y < b.y + b.height + gap &&
    b.y < a.y + a.height + gap
  );
}
