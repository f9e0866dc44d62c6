// The hand on another site's guess map: wheel, drags and clicks, each checked by what the map then shows.
import { type MapView, type Move, nextMove, type Spot, toPixel, zoomed, moved } from "./guess-map";
import { CoastEyes, type MapEyes, TileEyes } from "./map-eyes";
import { click, drag, hover, wheel } from "./mouse";
import { one } from "./sites/site";

/** Selectors of a site's guess map. */
export interface MapThings {
  map: string;
  /** The button; there and enabled only where a pin can be submitted. */
  guess: string;
  /** `img`s the map is made of; without, it is drawn in one piece, and its coasts are read. */
  tiles?: string;
  /** The pin, where it is an element. */
  pin?: string;
}

/** A click may be lost, and more than once in a row. */
const MAX_CLICKS = 5;
const MAX_MOVES = 40;
const MAX_LAT = 84.9;
/** Of one click of a mouse wheel. */
const NOTCH_PX = 100;
/** Of the levels that the wheel should make, those that it may have made; the likeliest first. */
const SHARES = [1, 0, 0.25, 0.33, 0.42, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 2];
/** Outwards, until no map shows more. */
const WORLD_NOTCHES = 40;
const LOOK_MS = 80;
/** A map that has not changed its size for so long under the pointer has grown. */
const GROWN_MS = 450;
const CHANGE_MS = 1200;
const PATIENCE_MS = 10_000;

export class SeenMapHand {
  #levelsPerNotch = 1;
  readonly #map: HTMLElement;
  readonly #eyes: MapEyes;

  constructor(
    private readonly site: string,
    private readonly things: MapThings,
  ) {
    const { map, tiles, pin } = things;
    this.#map = one(site, map, "the guess map");
    const canvas = `:is(${map}):is(canvas), :is(${map}) canvas`;
    this.#eyes = tiles ? new TileEyes(this.#map, tiles, pin) : new CoastEyes(one<HTMLCanvasElement>(site, canvas, "the guess map's canvas"));
  }

  async place(lat: number, lng: number): Promise<void> {
    const goal = { lat: Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)), lng };
    hover(this.#map, true);
    try {
      await this.#grown();
      if (this.#eyes.needsWorld) await this.#turnWheel(this.#middle(), -WORLD_NOTCHES);
      for (let n = 0; n < MAX_CLICKS; n++) {
        const spot = await this.#aim(goal.lat, goal.lng);
        this.#at(spot, click);
        if (await this.#landed(spot)) return;
      }
    } finally {
      hover(this.#map, false);
    }
    throw new Error(`${this.site}: expected a pin on ${this.things.map} after ${MAX_CLICKS} clicks, got none`);
  }

  /** Zooms and drags until the target can be clicked. */
  async #aim(lat: number, lng: number): Promise<Spot> {
    let view = await this.#still();
    let stuck = 0;
    for (let n = 0; n < MAX_MOVES; n++) {
      const move = nextMove(view, lat, lng, stuck > 1 ? view.zoom : this.#eyes.limitZoom);
      if (move.type === "click") return move;
      await this.#do(move, view);
      const now = await this.#still(view);
      stuck = isSame(view, now) ? stuck + 1 : 0;
      if (move.type === "wheel" && !stuck) this.#learn(move.levels, now.zoom - view.zoom);
      view = now;
    }
    throw new Error(`${this.site}: expected to get near the place on ${this.things.map} in ${MAX_MOVES} moves`);
  }

  async #do(move: Exclude<Move, { type: "click" }>, view: MapView): Promise<void> {
    if (move.type === "drag") {
      const from = { x: (view.width - move.right) / 2, y: (view.height - move.down) / 2 };
      this.#at(from, (target, x, y) => drag(target, [x, y], move.right, move.down));
      return this.#eyes.told([moved(view, move.right, move.down)]);
    }
    const notches = this.#notches(move.levels);
    await this.#turnWheel(move, notches);
    this.#eyes.told(SHARES.map((share) => zoomed(view, move, share * notches * this.#levelsPerNotch)));
  }

  #notches(levels: number): number {
    return Math.sign(levels) * Math.max(1, Math.min(5, Math.floor(Math.abs(levels) / this.#levelsPerNotch)));
  }

  #learn(wanted: number, made: number): void {
    if (made * wanted > 0) this.#levelsPerNotch = Math.max(0.05, Math.min(3, made / this.#notches(wanted)));
  }

  async #turnWheel(spot: Spot, notches: number): Promise<void> {
    for (let n = 0; n < Math.abs(notches); n++) {
      this.#at(spot, (target, x, y) => wheel(target, x, y, -Math.sign(notches) * NOTCH_PX));
      await pause(20);
    }
  }

  /** Px of the map; what lies over it, and the map's own buttons, do not count. */
  #at({ x, y }: Spot, act: (target: Element, x: number, y: number) => void): void {
    const { left, top } = this.#map.getBoundingClientRect();
    const [clientX, clientY] = [Math.round(left + x), Math.round(top + y)];
    const there = document.elementsFromPoint(clientX, clientY);
    const target = there.find((one) => this.#map.contains(one) && !one.closest("a, button"));
    act(target ?? this.#map, clientX, clientY);
  }

  #middle(): Spot {
    const { width, height } = this.#map.getBoundingClientRect();
    return { x: width / 2, y: height / 2 };
  }

  async #grown(): Promise<void> {
    const size = (): string => {
      const { left, top, width, height } = this.#map.getBoundingClientRect();
      return [left, top, width, height].join();
    };
    let last = size();
    let since = performance.now();
    for (const end = since + PATIENCE_MS; performance.now() < end && performance.now() - since < GROWN_MS; await pause(LOOK_MS))
      if (size() !== last) [last, since] = [size(), performance.now()];
  }

  /** What the map shows once two looks agree; a change, if one is due, is waited for a bit. */
  async #still(changedFrom?: MapView): Promise<MapView> {
    const start = performance.now();
    for (let last: MapView | null = null; performance.now() < start + PATIENCE_MS; await pause(LOOK_MS)) {
      const view = this.#eyes.look();
      const waits = view && changedFrom && isSame(view, changedFrom) && performance.now() < start + CHANGE_MS;
      if (view && last && isSame(view, last) && !waits) return view;
      last = view;
    }
    throw new Error(`${this.site}: expected a map that can be read at ${this.things.tiles ?? this.things.map}, got none`);
  }

  async #landed(spot: Spot): Promise<boolean> {
    for (const end = performance.now() + 1500; performance.now() < end; await pause(LOOK_MS)) {
      const button = document.querySelector<HTMLButtonElement>(this.things.guess);
      if (button && !button.disabled && this.#eyes.hasPin(spot)) return true;
    }
    return false;
  }
}

function isSame(a: MapView, b: MapView): boolean {
  if (Math.abs(a.zoom - b.zoom) > 0.01 || a.width !== b.width || a.height !== b.height) return false;
  const { x, y } = toPixel(a, b.lat, b.lng);
  return Math.abs(x - a.width / 2) + Math.abs(y - a.height / 2) < 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
