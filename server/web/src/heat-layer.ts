// A posterior as warmth on a Leaflet map: each place a soft spot, as large as what it stands for.
import L from "leaflet";

import { EARTH_RADIUS_KM } from "./mercator";
import type { BelievedPlace } from "./protocol";

/** Pixels of the map to one of the drawing, which the browser smooths. */
const GRAIN_PX = 4;
/** Least standard deviation of a spot, so that a single place can be seen. */
const LEAST_PX = 9;
const REACH = 3;
const OPACITY = 0.78;
/** From where little is believed to where most is. */
export type Ramp = [number, number, number][];
const RAMP: Ramp = [
  [96, 32, 140],
  [214, 58, 84],
  [250, 128, 36],
  [255, 214, 70],
];
/** Of two beliefs on one map, in the colours of the first two sides. */
export const AMBER: Ramp = [
  [96, 52, 6],
  [214, 120, 14],
  [255, 176, 32],
  [255, 238, 190],
];
export const BLUE: Ramp = [
  [14, 52, 110],
  [30, 110, 214],
  [90, 176, 255],
  [214, 236, 255],
];

export class HeatLayer extends L.Layer {
  readonly #canvas = L.DomUtil.create("canvas", "heat leaflet-zoom-hide");
  #places: BelievedPlace[] = [];

  constructor(private readonly ramp: Ramp = RAMP) {
    super();
  }

  show(places: BelievedPlace[]): void {
    this.#places = places;
    this.#draw();
  }

  override onAdd(map: L.Map): this {
    map.getPane("overlayPane")?.prepend(this.#canvas);
    map.on("moveend resize viewreset", this.#draw, this);
    this.#draw();
    return this;
  }

  override onRemove(map: L.Map): this {
    this.#canvas.remove();
    map.off("moveend resize viewreset", this.#draw, this);
    return this;
  }

  #draw(): void {
    const map = this._map as L.Map | null;
    const pen = this.#canvas.getContext("2d");
    if (!map || !pen) return;
    const size = map.getSize();
    const columns = Math.max(1, Math.ceil(size.x / GRAIN_PX));
    const rows = Math.max(1, Math.ceil(size.y / GRAIN_PX));
    this.#canvas.width = columns;
    this.#canvas.height = rows;
    this.#canvas.style.width = `${columns * GRAIN_PX}px`;
    this.#canvas.style.height = `${rows * GRAIN_PX}px`;
    L.DomUtil.setPosition(this.#canvas, map.containerPointToLayerPoint([0, 0]));
    const warmth = new Float32Array(columns * rows);
    for (const place of this.#places) warm(warmth, columns, rows, map, place);
    pen.putImageData(painted(warmth, columns, rows, this.ramp), 0, 0);
  }
}

/** Adds a place, on each copy of the world that is in sight. */
function warm(warmth: Float32Array, columns: number, rows: number, map: L.Map, place: BelievedPlace): void {
  const worldPx = 256 * 2 ** map.getZoom();
  const kmPerPx = (2 * Math.PI * EARTH_RADIUS_KM * Math.cos((place.lat * Math.PI) / 180)) / worldPx;
  const sigma = Math.max(LEAST_PX, place.spread_km / Math.max(kmPerPx, 1e-6)) / GRAIN_PX;
  const at = map.latLngToContainerPoint([place.lat, place.lng]);
  const y = at.y / GRAIN_PX;
  const first = ((at.x % worldPx) - worldPx) / GRAIN_PX;
  for (let x = first; x < columns + REACH * sigma; x += worldPx / GRAIN_PX)
    spot(warmth, columns, rows, x, y, sigma, place.probability);
}

function spot(
  warmth: Float32Array,
  columns: number,
  rows: number,
  x: number,
  y: number,
  sigma: number,
  weight: number,
): void {
  const reach = REACH * sigma;
  for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(rows - 1, y + reach); row++)
    for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(columns - 1, x + reach); column++) {
      const squared = ((column - x) ** 2 + (row - y) ** 2) / (2 * sigma * sigma);
      const index = row * columns + column;
      warmth[index] = (warmth[index] ?? 0) + weight * Math.exp(-squared);
    }
}

/** The warmest is opaque; the root lets lesser beliefs be seen beside it. */
function painted(warmth: Float32Array, columns: number, rows: number, ramp: Ramp): ImageData {
  const image = new ImageData(columns, rows);
  const most = warmth.reduce((a, b) => Math.max(a, b), 1e-12);
  warmth.forEach((value, index) => {
    const share = Math.sqrt(value / most);
    if (share < 0.02) return;
    image.data.set([...colour(share, ramp), 255 * OPACITY * Math.min(1, share * 1.4)], index * 4);
  });
  return image;
}

function colour(share: number, ramp: Ramp): [number, number, number] {
  const at = share * (ramp.length - 1);
  const from = ramp[Math.floor(at)] ?? [0, 0, 0];
  const to = ramp[Math.ceil(at)] ?? from;
  const part = at - Math.floor(at);
  return [0, 1, 2].map((i) => (from[i] ?? 0) * (1 - part) + (to[i] ?? 0) * part) as [number, number, number];
}
