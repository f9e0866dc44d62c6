// Outlines of the world's land for the extension, from Natural Earth (public domain).
import { readFile } from "node:fs/promises";

import { feature } from "topojson-client";

/** Rings of [lng, lat] points, degrees. */
async function rings(scale) {
  const file = new URL(`../node_modules/world-atlas/land-${scale}.json`, import.meta.url);
  const topology = JSON.parse(await readFile(file, "utf8"));
  return feature(topology, topology.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat(),
  );
}

/** To look at: an SVG path, tenths of a degree, north up. */
export async function land() {
  const ring = (points) => `M${points.map(([lng, lat]) => `${lng.toFixed(1)},${(-lat).toFixed(1)}`).join(" ")}z`;
  return (await rings("110m")).map(ring).join("");
}

/**
 * To know a map by: each line a ring of whole numbers, hundredths of a degree, lng and lat of the
 * first point and from there on of the way to the next. Without what is smaller than half a degree.
 */
export async function coasts() {
  const known = (await rings("50m")).filter((points) => extent(points) >= 0.5);
  return known.map((points) => steps(simplified(points, 0.05)).join(" ")).join("\n");
}

function extent(points) {
  const spread = (axis) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
  return Math.max(spread(0), spread(1));
}

function steps(points) {
  let last = [0, 0];
  return points.flatMap((point) => {
    const here = point.map((degrees) => Math.round(100 * degrees));
    const step = [here[0] - last[0], here[1] - last[1]];
    last = here;
    return step;
  });
}

/** Fewer points, off by at most so many degrees (Ramer 1972; Douglas and Peucker 1973). */
function simplified(points, tolerance) {
  const [first, last] = [points[0], points.at(-1)];
  const off = points.map((point) => apart(point, first, last));
  const far = off.indexOf(Math.max(...off));
  if (points.length < 3 || off[far] <= tolerance) return [first, last];
  return [...simplified(points.slice(0, far + 1), tolerance).slice(0, -1), ...simplified(points.slice(far), tolerance)];
}

/** From a point to the line through two others, or to the one where they are the same. */
function apart([x, y], [ax, ay], [bx, by]) {
  const long = Math.hypot(bx - ax, by - ay);
  return long ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / long : Math.hypot(x - ax, y - ay);
}
