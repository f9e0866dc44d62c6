// Web Mercator and great circles: the little geometry that the maps need.
export interface Point {
  lat: number;
  lng: number;
}

/** Web Mercator ends here; the world is a square. */
export const MAX_LAT = 85.0511287798066;

/** As in models/geo.py. */
export const EARTH_RADIUS_KM = 6371.0088;

/** Degrees to the unit square, x eastward from the antimeridian, y southward. */
export function toUnit(lat: number, lng: number): [number, number] {
  const sine = Math.sin((Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)) * Math.PI) / 180);
  return [lng / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/** Longitude into [-180, 180): a map that repeats gives any. */
export function wrapLng(lng: number): number {
  return ((((lng + 180) % 360) + 360) % 360) - 180;
}

/**
 * Points of the great circle from `a` to `b`, ends included. Longitudes go on past 180 where the
 * path crosses the antimeridian, so that a line drawn through them does not jump across the map.
 */
export function greatCircle(a: Point, b: Point, steps = 96): Point[] {
  const from = toVector(a);
  const to = toVector(b);
  const dot = Math.max(-1, Math.min(1, from[0] * to[0] + from[1] * to[1] + from[2] * to[2]));
  const angle = Math.acos(dot);
  // Nearly the same place or nearly antipodes: no unique plane to follow.
  if (angle < 1e-6 || Math.PI - angle < 1e-6) return [a, { lat: b.lat, lng: near(b.lng, a.lng) }];
  const path: Point[] = [a];
  for (let i = 1; i <= steps; i++) {
    const p = Math.sin((1 - i / steps) * angle) / Math.sin(angle);
    const q = Math.sin((i / steps) * angle) / Math.sin(angle);
    const x = p * from[0] + q * to[0];
    const y = p * from[1] + q * to[1];
    const z = p * from[2] + q * to[2];
    const lng = (Math.atan2(y, x) * 180) / Math.PI;
    const last = path[path.length - 1] as Point;
    path.push({ lat: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI, lng: near(lng, last.lng) });
  }
  return path;
}

/**
 * Points of the circle of that radius on the sphere, closed. Longitudes go on past 180 where it
 * crosses the antimeridian; around a pole it is a line from one edge of the map to the other.
 */
export function circleAround(centre: Point, radiusKm: number, steps = 90): Point[] {
  const phi = (centre.lat * Math.PI) / 180;
  const angle = Math.min(radiusKm / EARTH_RADIUS_KM, Math.PI);
  let lastLng = centre.lng;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const bearing = (2 * Math.PI * i) / steps;
    const sine = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing);
    const y = Math.sin(bearing) * Math.sin(angle) * Math.cos(phi);
    const turn = Math.atan2(y, Math.cos(angle) - Math.sin(phi) * sine);
    lastLng = near(centre.lng + (turn * 180) / Math.PI, lastLng);
    return { lat: (Math.asin(Math.max(-1, Math.min(1, sine))) * 180) / Math.PI, lng: lastLng };
  });
}

/** Great-circle distance. */
export function distanceKm(a: Point, b: Point): number {
  const [from, to] = [toVector(a), toVector(b)];
  const dot = from[0] * to[0] + from[1] * to[1] + from[2] * to[2];
  return EARTH_RADIUS_KM * Math.acos(Math.max(-1, Math.min(1, dot)));
}

/** The same meridian, within half a turn of another. */
export function near(lng: number, other: number): number {
  return lng + 360 * Math.round((other - lng) / 360);
}

function toVector({ lat, lng }: Point): [number, number, number] {
  const phi = (lat * Math.PI) / 180;
  const lambda = (lng * Math.PI) / 180;
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}
