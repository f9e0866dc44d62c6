// Turning and zooming with held keys, several at once, at the speed of the frame's time.

/** By place on the keyboard, so that W, A, S, D lie together on every layout. */
const TURNS: Record<string, [right: number, up: number]> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  KeyW: [0, 1],
  KeyS: [0, -1],
  KeyA: [-1, 0],
  KeyD: [1, 0],
};
/** By what is written on the key, which differs from layout to layout. */
const ZOOMS: Record<string, number> = { "+": -1, "=": -1, "-": 1, _: 1, PageUp: -1, PageDown: 1 };

/** Fields of view a second: the same way across the screen at any zoom. */
const TURN_PER_S = 0.9;
const ZOOM_PER_S = 0.7;
/** A tap is at least this long, and a page that was asleep does not leap. */
const FRAME_S = { least: 1 / 60, most: 0.1 };

/** Moves by degrees, in units of the field of view, since the last frame. */
export type Move = (right: number, up: number, wider: number) => void;

export class KeyLook {
  /** Whether keys are heard. */
  enabled = false;
  readonly #held = new Map<string, [right: number, up: number, wider: number]>();
  #lastMs: number | null = null;

  constructor(private readonly move: Move) {
    addEventListener("keydown", (event) => this.#down(event));
    addEventListener("keyup", (event) => this.#held.delete(event.code));
    addEventListener("blur", () => this.#held.clear());
  }

  #down(event: KeyboardEvent): void {
    if (!this.enabled || event.ctrlKey || event.metaKey || event.altKey) return;
    const turn = TURNS[event.code];
    const zoom = ZOOMS[event.key];
    if (!turn && zoom === undefined) return;
    event.preventDefault();
    this.#held.set(event.code, turn ? [...turn, 0] : [0, 0, zoom ?? 0]);
    if (this.#lastMs !== null) return;
    this.#lastMs = performance.now();
    this.#step(FRAME_S.least); // even a key that is up again by the next frame has done something
    requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now: number): void {
    const elapsed_s = (now - (this.#lastMs ?? now)) / 1000;
    if (this.#held.size === 0 || !this.enabled) {
      this.#lastMs = null;
      return;
    }
    this.#lastMs = now;
    this.#step(Math.min(FRAME_S.most, Math.max(0, elapsed_s)));
    requestAnimationFrame((next) => this.#frame(next));
  }

  #step(seconds: number): void {
    const sum = (part: 0 | 1 | 2): number => [...this.#held.values()].reduce((all, held) => all + held[part], 0);
    this.move(sum(0) * TURN_PER_S * seconds, sum(1) * TURN_PER_S * seconds, sum(2) * ZOOM_PER_S * seconds);
  }
}
