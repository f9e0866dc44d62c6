// Where the guess map writes the countries' names; worked out when the pages are built.
import type { Feature, MultiPolygon, Polygon } from "geojson";
import polylabel from "polylabel";

import { flatRing, type Line } from "./rings";
import type { CountryLabel } from "./world-shapes";

type Country = Feature<Polygon | MultiPolygon, { name: string }>;

const ANTARCTICA = "010";
/** CLDR is exact where a map has to be short. */
const SHORT: Record<string, string> = {
  "Myanmar (Burma)": "Myanmar",
  "Congo - Kinshasa": "DR Congo",
  "Congo - Brazzaville": "Congo",
  "Hong Kong SAR China": "Hong Kong",
  "Macao SAR China": "Macao",
  "Palestinian Territories": "Palestine",
};

/**
 * Each country's label, the widest country first: on the point of its largest part that is
 * farthest from any border. `names` are by ISO 3166-1 numeric code.
 */
export function countryLabels(countries: Country[], names: Record<string, string>): CountryLabel[] {
  const labels = countries
    .filter(({ id }) => id !== ANTARCTICA)
    .map(({ id, geometry, properties }): CountryLabel => {
      const rings = largestPart(geometry);
      const [x, y] = polylabel(rings, 1e-5) as unknown as [number, number];
      const xs = (rings[0] ?? []).map((point) => point[0]);
      const name = names[String(id)] ?? properties.name;
      return [SHORT[name] ?? name, rounded(x), rounded(y), rounded(Math.max(...xs) - Math.min(...xs))];
    });
  return labels.sort((a, b) => b[3] - a[3]);
}

function largestPart(geometry: Polygon | MultiPolygon): Line[] {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const parts = polygons.map((rings) => rings.map(flatRing));
  return parts.reduce((best, rings) => (area(rings) > area(best) ? rings : best));
}

function area([ring = []]: Line[]): number {
  const twice = ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
