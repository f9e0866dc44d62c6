// The little map: land, the guess, and the circles in which the place lies half and nine tenths of the time.
import { drawn } from "./drawn";
import type { Prediction } from "./protocol";

/** SVG path of the world's land, degrees, north up is negative; put in by build.mjs. */
declare const LAND: string;

const KM_PER_DEG = 111.195; // of a great circle on a sphere of 6371.0088 km
const WIDTH = 2.4; // to 1 of height
const SMALLEST_DEG = 6;
/** The circle of 90 % fills this part of the height. */
const FILL = 0.72;

export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Half axes of a circle on this map, degrees; near a pole it is as wide as the world. */
export function ellipse(lat: number, km: number): { rx: number; ry: number } {
  const ry = Math.min(90, km / KM_PER_DEG);
  return { rx: Math.min(180, ry / Math.max(0.05, Math.cos((lat * Math.PI) / 180))), ry };
}

/** What part of the world to show, degrees, y downward. */
export function frameOf({ guess, radius_90_km }: Pick<Prediction, "guess" | "radius_90_km">): Frame {
  const { ry } = ellipse(guess.lat, radius_90_km);
  const height = Math.min(360 / WIDTH, Math.max(SMALLEST_DEG, (2 * ry) / FILL));
  const y = Math.max(-90, Math.min(90 - height, -guess.lat - height / 2));
  return { x: guess.lng - (WIDTH * height) / 2, y, width: WIDTH * height, height };
}

export function littleMap(prediction: Prediction): SVGElement {
  const { lat, lng } = prediction.guess;
  const { x, y, width, height } = frameOf(prediction);
  const circle = (km: number, name: string): SVGElement => {
    const { rx, ry } = ellipse(lat, km);
    return drawn("ellipse", { cx: lng, cy: -lat, rx, ry, class: name });
  };
  // The world again on either side: a frame may reach over the antimeridian.
  const land = [-360, 0, 360].map((turn) => drawn("path", { d: LAND, transform: `translate(${turn})`, class: "land" }));
  const pin = drawn("circle", { cx: lng, cy: -lat, r: height / 38, class: "pin" });
  const map = drawn("svg", { viewBox: `${x} ${y} ${width} ${height}`, role: "img", class: "map" });
  map.append(...land, circle(prediction.radius_90_km, "ninety"), circle(prediction.radius_50_km, "fifty"), pin);
  map.setAttribute("aria-label", "Map of the guess, with the circles of 50 and 90 %");
  return map;
}
