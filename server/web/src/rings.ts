// Coast lines as they lie on a flat map: world-atlas lets them run over the antimeridian.
import type { Position } from "geojson";

import { toUnit } from "./mercator";

/** Points in the unit square of Web Mercator, x beyond it where a line crosses its edge. */
export type Line = [x: number, y: number][];

/** A line without jumps from one edge of the map to the other. */
export function flatLine(line: Position[]): Line {
  let turns = 0;
  let last = line[0]?.[0] ?? 0;
  return line.map(([lng = 0, lat = 0]) => {
    if (lng - last > 180) turns -= 1;
    else if (lng - last < -180) turns += 1;
    last = lng;
    return toUnit(lat, lng + 360 * turns);
  });
}

/** A closed line; one that goes round a pole, as Antarctica's does, is closed below the map. */
export function flatRing(ring: Position[]): Line {
  const line = flatLine(ring);
  const [first, last] = [line[0], line[line.length - 1]];
  if (!first || !last || Math.abs(last[0] - first[0]) < 0.5) return line;
  const edge = last[1] > 0.5 ? 1 : 0;
  return [...line, [last[0], edge], [first[0], edge]];
}
