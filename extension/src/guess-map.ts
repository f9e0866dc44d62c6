// What to do next on a guess map to get the pin onto a place: Web Mercator, as Leaflet draws it,
// 256 * 2**zoom px for the whole world (EPSG:3857). Pure.

export interface MapView {
  /** Of the centre, as is `lng`, which may have gone around the world. */
  lat: number;
  lng: number;
  zoom: number;
  width: number;
  height: number;
}

export interface Spot {
  x: number;
  y: number;
}

export type Move = ({ type: "click" } & Spot) | ({ type: "wheel"; levels: number } & Spot) | { type: "drag"; right: number; down: number };

const MAX_LAT = 85.0511287798066;
/** A target this near the map's edge is not clicked: scale and sources of the map live there. */
const EDGE_PX = 24;
/** Here a pixel is at most 153 m. */
export const CLICK_ZOOM = 10;
/** Of one burst of the wheel: Leaflet never grants 4. */
const MAX_LEVELS = 3.9;
const MAX_DRAGS = 4;

/** Px from the map's top left corner; of the world's copies the one nearest the centre. */
export function toPixel(view: MapView, lat: number, lng: number): Spot {
  const world = 256 * 2 ** view.zoom;
  const east = ((((lng - view.lng + 180) % 360) + 360) % 360) - 180;
  return {
    x: view.width / 2 + (east / 360) * world,
    y: view.height / 2 + (worldY(lat) - worldY(view.lat)) * world,
  };
}

/** What the map shows once it is `levels` larger and the spot has stayed where it was. */
export function zoomed(view: MapView, { x, y }: Spot, levels: number): MapView {
  const share = 1 - 2 ** -levels;
  return { ...moved(view, share * (view.width / 2 - x), share * (view.height / 2 - y)), zoom: view.zoom + levels };
}

/** What the map shows once its picture has gone so many px to the right and down. */
export function moved(view: MapView, right: number, down: number): MapView {
  const world = 256 * 2 ** view.zoom;
  return { ...view, lng: view.lng - (right / world) * 360, lat: latOf(worldY(view.lat) - down / world) };
}

/** To be asked again after each move: the map says what has become of it. */
export function nextMove(view: MapView, lat: number, lng: number, clickZoom = CLICK_ZOOM): Move {
  const { x, y } = toPixel(view, lat, lng);
  const levels = Math.min(clickZoom - view.zoom, MAX_LEVELS);
  if (levels > 0 && isInside(view, { x, y }, 0.5)) return { type: "wheel", x: Math.round(x), y: Math.round(y), levels };
  if (levels <= 0 && isInside(view, { x, y }, EDGE_PX)) return { type: "click", x: Math.round(x), y: Math.round(y) };
  const [right, down] = [view.width / 2 - x, view.height / 2 - y];
  if (Math.max(Math.abs(right) / view.width, Math.abs(down) / view.height) > MAX_DRAGS / 2)
    return { type: "wheel", x: Math.round(view.width / 2), y: Math.round(view.height / 2), levels: -MAX_LEVELS };
  return { type: "drag", right: within(right, view.width - 2 * EDGE_PX), down: within(down, view.height - 2 * EDGE_PX) };
}

/** The wheel's delta for so many levels, inverse of Leaflet 1.9's `Map.ScrollWheelZoom`. */
export function wheelPx(levels: number, pxPerLevel: number): number {
  const reach = Math.min(Math.abs(levels), MAX_LEVELS);
  return Math.sign(levels) * -4 * pxPerLevel * Math.log(2 ** (1 - reach / 4) - 1);
}

function isInside({ width, height }: MapView, { x, y }: Spot, edge: number): boolean {
  return x >= edge && x <= width - edge && y >= edge && y <= height - edge;
}

function within(way: number, reach: number): number {
  return Math.round(Math.max(-reach, Math.min(reach, way)));
}

/** The inverse of `worldY`. */
export function latOf(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/** 0 at 85.0511 N, 1 at 85.0511 S. */
export function worldY(lat: number): number {
  const sine = Math.sin((Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
