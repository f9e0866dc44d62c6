// The base map of every Leaflet map here: the embedded world drawn on canvas tiles, or, where the
// server names a tile server, its pictures.
import L from "leaflet";

import { FONT, type Label, placeLabels } from "./labels";
import { reducedMotion } from "./motion";
import { type Box, tilePath } from "./tile-path";
import { loadWorld, type Shape, type World } from "./world-shapes";

const TILE_PX = 512;
const KEPT_TILES = 8;
const COLOUR = {
  sea: "#a9cfe4",
  land: "#f4f0e4",
  coast: "#7fb0cb",
  border: "#b9a88a",
  graticule: "rgba(255, 255, 255, 0.35)",
  country: "#4c4636",
  city: "#2c2f36",
  town: "#565b66",
  halo: "rgba(255, 255, 255, 0.85)",
};
const SOURCES = "Natural Earth, GeoNames (CC BY 4.0)";

/** What every map here has in common: the world up to where Mercator's map ends, without limit to the sides. */
export const WORLD_MAP: L.MapOptions = {
  maxZoom: 14,
  zoomAnimation: !reducedMotion(),
  fadeAnimation: !reducedMotion(),
  maxBounds: [
    [-85, -1e6],
    [85, 1e6],
  ],
};

/** The layer to put under everything else. */
export function baseMap(): L.GridLayer {
  const tiles = meta("homing-tiles");
  if (tiles) return L.tileLayer(tiles, { attribution: meta("homing-tiles-attribution"), maxZoom: 19 });
  return new WorldLayer({ tileSize: TILE_PX, attribution: SOURCES, keepBuffer: 1, updateWhenZooming: false });
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

/** All maps' last tiles, by zoom and place: a change of view often asks for the same ones again. */
const drawn = new Map<string, HTMLCanvasElement>();

class WorldLayer extends L.GridLayer {
  readonly #labels = new Map<number, Label[]>();

  override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    const scale = Math.min(2, Math.max(1, devicePixelRatio));
    canvas.width = canvas.height = TILE_PX * scale;
    Promise.all([loadWorld(), loadFonts()]).then(
      ([world]) => {
        // One that is gone again by now nobody would see.
        if (canvas.isConnected) this.#fill(canvas, world, coords, scale);
        done(undefined, canvas);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), canvas),
    );
    return canvas;
  }

  #fill(canvas: HTMLCanvasElement, world: World, coords: L.Coords, scale: number): void {
    const key = [coords.z, coords.x, coords.y, scale].join();
    const known = drawn.get(key);
    if (known) canvas.getContext("2d")?.drawImage(known, 0, 0);
    else this.#draw(canvas, world, coords, scale);
    drawn.delete(key);
    drawn.set(key, canvas);
    const [oldest] = drawn.keys();
    if (oldest !== undefined && drawn.size > KEPT_TILES) drawn.delete(oldest);
  }

  #draw(canvas: HTMLCanvasElement, world: World, { x, y, z }: L.Coords, scale: number): void {
    const pen = canvas.getContext("2d");
    if (!pen) return;
    // Leaflet numbers zooms by 256 px tiles; ours are larger, so there are fewer of them.
    const worldPx = 256 * 2 ** z;
    const left = x * TILE_PX;
    const top = y * TILE_PX;
    pen.scale(scale, scale);
    pen.fillStyle = COLOUR.sea;
    pen.fillRect(0, 0, TILE_PX, TILE_PX);
    pen.translate(-left, -top);
    drawGraticule(pen, worldPx, z);
    const box = [left, top, left + TILE_PX, top + TILE_PX].map((px) => px / worldPx) as Box;
    pen.save();
    pen.scale(worldPx, worldPx);
    drawShapes(pen, world, box, 1 / worldPx, scale);
    pen.restore();
    drawLabels(pen, this.#labelsAt(z, worldPx, world, pen), worldPx, left, top);
  }

  #labelsAt(zoom: number, worldPx: number, world: World, pen: CanvasRenderingContext2D): Label[] {
    const known = this.#labels.get(zoom);
    if (known) return known;
    const labels = placeLabels(world, zoom, worldPx, (text, font) => {
      pen.font = font;
      return pen.measureText(text).width;
    });
    this.#labels.set(zoom, labels);
    return labels;
  }
}

function drawGraticule(pen: CanvasRenderingContext2D, worldPx: number, zoom: number): void {
  const stepDeg = zoom < 3 ? 30 : zoom < 5 ? 10 : zoom < 7 ? 5 : 1;
  pen.strokeStyle = COLOUR.graticule;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let lng = -180; lng <= 180; lng += stepDeg) {
    const x = (lng / 360 + 0.5) * worldPx;
    pen.moveTo(x, 0);
    pen.lineTo(x, worldPx);
  }
  for (let lat = -80; lat <= 80; lat += stepDeg) {
    const y = L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, 0), Math.log2(worldPx / 256)).y;
    pen.moveTo(0, y);
    pen.lineTo(worldPx, y);
  }
  pen.stroke();
}

function drawShapes(pen: CanvasRenderingContext2D, world: World, box: Box, px: number, scale: number): void {
  const seen = (shapes: Shape[]): Path2D[] =>
    shapes
      .filter(({ box: other }) => other[0] <= box[2] && other[2] >= box[0] && other[1] <= box[3] && other[3] >= box[1])
      .map(({ lines, closed }) => tilePath(lines, closed, box, px / scale));
  const land = seen(world.land);
  pen.lineJoin = "round";
  pen.strokeStyle = COLOUR.coast;
  pen.lineWidth = 1.6 * px;
  for (const path of land) pen.stroke(path);
  // Over the strokes: half of each is hidden under the land, and so are those between countries.
  pen.fillStyle = COLOUR.land;
  for (const path of land) pen.fill(path);
  pen.strokeStyle = COLOUR.border;
  pen.lineWidth = px;
  for (const path of seen(world.borders)) pen.stroke(path);
}

function drawLabels(
  pen: CanvasRenderingContext2D,
  labels: Label[],
  worldPx: number,
  left: number,
  top: number,
): void {
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  for (const label of labels) {
    if (label.y > top + TILE_PX || label.y + label.height < top) continue;
    // The world repeats: a name at its edge shows on both sides.
    for (const shift of [-worldPx, 0, worldPx]) {
      const x = label.x + shift;
      if (x <= left + TILE_PX && x + label.width >= left) drawLabel(pen, label, shift);
    }
  }
}

function drawLabel(pen: CanvasRenderingContext2D, label: Label, shift: number): void {
  const middle = label.y + label.height / 2;
  pen.font = FONT[label.kind];
  pen.strokeStyle = COLOUR.halo;
  pen.lineWidth = 3;
  pen.strokeText(label.text, label.textX + shift, middle);
  pen.fillStyle = COLOUR[label.kind];
  pen.fillText(label.text, label.textX + shift, middle);
  if (label.kind === "country") return;
  pen.beginPath();
  pen.arc(label.x + shift + 4, middle, label.kind === "city" ? 2.6 : 2, 0, 2 * Math.PI);
  pen.lineWidth = 2.5;
  pen.stroke();
  pen.fill();
}

/** A canvas does not ask for fonts by itself. Without them the system's do. */
let fonts: Promise<unknown> | null = null;
function loadFonts(): Promise<unknown> {
  fonts ??= Promise.all(Object.values(FONT).map((font) => document.fonts.load(font))).catch(() => undefined);
  return fonts;
}
