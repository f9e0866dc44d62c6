// The embedded world: one file, fetched once a page, turned into lines that tiles draw.
import { feature, mesh } from "topojson-client";
import type { MultiPolygon, Polygon } from "geojson";
import type { GeometryCollection, Topology } from "topojson-specification";

import { flatLine, flatRing, type Line } from "./rings";
import type { Box, FlatLine } from "./tile-path";

/** `[name, lat, lng, population]` */
export type Town = [string, number, number, number];
/** `[name, x, y, width]` in the unit square of Web Mercator */
export type CountryLabel = [string, number, number, number];

interface WorldFile {
  topology: Topology<{ countries: GeometryCollection<{ name: string }> }>;
  labels: CountryLabel[];
  towns: Town[];
}

/** Lines in the unit square, and the box they lie in. */
export interface Shape {
  lines: FlatLine[];
  closed: boolean;
  box: Box;
}

export interface World {
  land: Shape[];
  borders: Shape[];
  labels: CountryLabel[];
  towns: Town[];
}

let loading: Promise<World> | null = null;

/** The world; all maps of a page share it. A failed fetch is tried again by the next caller. */
export function loadWorld(): Promise<World> {
  loading ??= fetchWorld().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function fetchWorld(): Promise<World> {
  const response = await fetch("/static/world.json");
  if (!response.ok) throw new Error(`world.json: the server answered ${response.status}`);
  const { topology, labels, towns } = (await response.json()) as WorldFile;
  const { countries } = topology.objects;
  const borders = mesh(topology, countries, (a, b) => a !== b).coordinates;
  return {
    land: feature(topology, countries).features.flatMap(({ geometry }) => parts(geometry as Polygon)),
    borders: borders.flatMap((line) => toShapes([flatLine(line)], false)),
    labels,
    towns,
  };
}

/** Each island its own shape, so that a tile draws only those it shows. */
function parts(geometry: Polygon | MultiPolygon): Shape[] {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flatMap((rings) => toShapes(rings.map(flatRing), true));
}

/** One shape, or two where it reaches over an edge of the map and so in again at the other. */
function toShapes(lines: Line[], closed: boolean): Shape[] {
  const shape = toShape(lines, closed, 0);
  if (shape.box[0] < 0) return [shape, toShape(lines, closed, 1)];
  if (shape.box[2] > 1) return [shape, toShape(lines, closed, -1)];
  return [shape];
}

function toShape(lines: Line[], closed: boolean, shift: number): Shape {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const flat = lines.map((line) => {
    const points = new Float64Array(2 * line.length);
    line.forEach(([x, y], index) => {
      points[2 * index] = x + shift;
      points[2 * index + 1] = y;
      box[0] = Math.min(box[0], x + shift);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + shift);
      box[3] = Math.max(box[3], y);
    });
    return points;
  });
  return { lines: flat, closed, box };
}
