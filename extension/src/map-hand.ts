// The hand on the arena's guess map: wheel, drags and a click, each checked by what the map says of itself.
import { type MapView, type Move, nextMove, wheelPx } from "./guess-map";
import { until } from "./sites/site";

const WHEEL_PX_PER_LEVEL = 100; // as server/web's guess map has it
const MAX_MOVES = 30;
/** The map ends at 85. */
const MAX_LAT = 84.9;

export class MapHand {
  constructor(private readonly map: HTMLElement) {}

  /** Puts the pin there, within about 0.1 km. */
  async place(lat: number, lng: number): Promise<void> {
    const goal = Math.max(-MAX_LAT, Math.min(MAX_LAT, lat));
    for (let n = 0; n < MAX_MOVES; n++) {
      const move = nextMove(this.#view(), goal, lng);
      const before = this.#shown();
      this.#do(move);
      if (move.type === "click") return until(() => this.#isNear(goal, lng), "the pin to be set");
      await until(() => this.map.dataset.moving === "0" && this.#shown() !== before, "the guess map to move");
    }
    throw new Error(`arena: expected a pin on the guess map after ${MAX_MOVES} moves, got none`);
  }

  #view(): MapView {
    const { lat, lng, zoom } = this.map.dataset;
    const { width, height } = this.map.getBoundingClientRect();
    return { lat: Number(lat), lng: Number(lng), zoom: Number(zoom), width, height };
  }

  #shown(): string {
    const { lat, lng, zoom } = this.map.dataset;
    return [lat, lng, zoom].join();
  }

  #isNear(lat: number, lng: number): boolean {
    const { pinLat, pinLng } = this.map.dataset;
    const east = Math.abs(Number(pinLng) - lng) % 360;
    return Boolean(pinLat) && Math.abs(Number(pinLat) - lat) < 0.01 && Math.min(east, 360 - east) < 0.02;
  }

  #do(move: Move): void {
    const { left, top, width, height } = this.map.getBoundingClientRect();
    if (move.type === "drag") return drag(this.map, left + width / 2, top + height / 2, move.right, move.down);
    const at = { clientX: left + move.x, clientY: top + move.y, bubbles: true, cancelable: true };
    // Leaflet takes a click that was not pressed before for the end of the last drag.
    const click = ["mousedown", "mouseup", "click"];
    if (move.type === "click") for (const kind of click) this.map.dispatchEvent(new MouseEvent(kind, at));
    else this.map.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY: -wheelPx(move.levels, WHEEL_PX_PER_LEVEL) }));
  }
}

/** In one go: of a movement in steps Leaflet takes the speed, and slides on. */
function drag(map: HTMLElement, x: number, y: number, right: number, down: number): void {
  const at = (part: number): MouseEventInit => ({
    clientX: Math.round(x + part * right),
    clientY: Math.round(y + part * down),
    button: 0,
    bubbles: true,
    cancelable: true,
  });
  for (const kind of ["mousedown", "mousemove", "mouseup"])
    map.dispatchEvent(new MouseEvent(kind, at(kind === "mousedown" ? -0.5 : 0.5)));
}
