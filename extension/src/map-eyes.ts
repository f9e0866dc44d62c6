// Eyes for guess maps of other sites: what does one show, and did the pin land where it was put?
import { bestOf, firstView, type Grey, greyOf, isLike } from "./coasts";
import { CLICK_ZOOM, type MapView, type Spot } from "./guess-map";
import { type Box, viewOfTiles } from "./tile-view";

export interface MapEyes {
  /** Closer than this the map cannot be read, or need not be. */
  readonly limitZoom: number;
  /** Whether the map has to show the world first, to be known. */
  readonly needsWorld: boolean;
  /** Null: not now, the map is moving. */
  look(): MapView | null;
  /** What the hand has just done should show one of these, the likeliest first. */
  told(expected: MapView[]): void;
  /** Whether a pin has come here since the last look, px of the map. */
  hasPin(at: Spot): boolean;
}

/** A pin is no farther from the click. */
const PIN_OFF_PX = 8;

/** Reads maps of tiles. */
export class TileEyes implements MapEyes {
  readonly limitZoom = CLICK_ZOOM;
  readonly needsWorld = false;

  constructor(
    private readonly map: HTMLElement,
    private readonly tiles: string,
    private readonly pin: string | undefined,
  ) {}

  look(): MapView | null {
    const tiles = [...document.querySelectorAll<HTMLImageElement>(this.tiles)];
    return viewOfTiles(
      tiles.map((tile) => ({ address: tile.src, box: tile.getBoundingClientRect() })),
      this.map.getBoundingClientRect(),
    );
  }

  told(): void {
    // Tiles need no telling.
  }

  hasPin({ x, y }: Spot): boolean {
    if (!this.pin) return true; // the guess button says it
    const box = document.querySelector(this.pin)?.getBoundingClientRect();
    const { left, top } = this.map.getBoundingClientRect();
    return box !== undefined && offPx(box, left + x, top + y) < PIN_OFF_PX;
  }
}

/** Drops stand on their foot, dots lie there. */
function offPx({ left, top, width, height }: Box, x: number, y: number): number {
  return Math.min(...[0.5, 1].map((part) => Math.hypot(left + width / 2 - x, top + part * height - y)));
}

/** Of a pin drawn on a map: it changes so much of what is around the click, grey levels, part. */
const PIN_REACH_PX = 40;
const CHANGED = 40;
const [LEAST, MOST] = [0.002, 0.5];

/** Reads maps drawn in one piece by their coasts; each picture once, when it stands still. */
export class CoastEyes implements MapEyes {
  readonly limitZoom = 5;
  readonly needsWorld = true;
  #seen: Grey | null = null;
  #read: Grey | null = null;
  #view: MapView | null = null;
  #expected: MapView[] = [];

  constructor(
    private readonly canvas: HTMLCanvasElement,
  ) {}

  look(): MapView | null {
    const before = this.#seen;
    const now = (this.#seen = this.#picture());
    if (!before || !isLike(before, now)) return null;
    if (!this.#view || (this.#expected.length > 0 && !(this.#read && isLike(this.#read, now)))) {
      this.#view = this.#expected.length > 0 ? bestOf(now, this.#expected) : firstView(now);
      [this.#read, this.#expected] = [now, []];
    }
    return this.#view;
  }

  told(expected: MapView[]): void {
    this.#expected = expected;
  }

  hasPin({ x, y }: Spot): boolean {
    const [before, now] = [this.#seen, this.#picture()];
    if (!before || before.width !== now.width || before.height !== now.height) return false;
    let [all, changed] = [0, 0];
    for (let row = Math.max(0, y - PIN_REACH_PX); row < Math.min(now.height, y + PIN_REACH_PX); row++)
      for (let column = Math.max(0, x - PIN_REACH_PX); column < Math.min(now.width, x + PIN_REACH_PX); column++) {
        const i = row * now.width + column;
        all += 1;
        if (Math.abs((before.levels[i] ?? 0) - (now.levels[i] ?? 0)) > CHANGED) changed += 1;
      }
    return changed > LEAST * all && changed < MOST * all;
  }

  /** In CSS px, whatever the canvas's own are. */
  #picture(): Grey {
    const { width, height } = this.canvas.getBoundingClientRect();
    const copy = new OffscreenCanvas(Math.round(width), Math.round(height));
    const pen = copy.getContext("2d", { willReadFrequently: true });
    if (!pen) throw new Error("expected a canvas to draw on, got none");
    pen.drawImage(this.canvas, 0, 0, copy.width, copy.height);
    return greyOf(pen.getImageData(0, 0, copy.width, copy.height));
  }
}
