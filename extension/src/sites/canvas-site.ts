// A site that draws its panorama on a canvas of its own and says nothing of when it is drawn: the
// picture is read until two looks agree; it is turned by dragging, as a player does. Assist only.
import { apart, isBlank, Picture } from "../picture";
import { one, type Site } from "./site";

const STEP_MS = 150;
const PATIENCE_MS = 6000;
/** Grey levels: what still differs by less stands still. */
const SAME = 1;
const HEADINGS = [0, 90, 180, 270];

/** What differs from site to site. */
export interface CanvasSiteFacts {
  name: string;
  /** The canvas of the running panorama, visible. */
  canvas: string;
  /** Horizontal field of view in which a round begins, degrees. */
  hfovDeg: number;
  /** Says a round is over, or another one runs, when it changes or goes. */
  roundKey(): string | null;
  refusal(): string | null;
}

export class CanvasSite implements Site {
  readonly plays = false;
  readonly name: string;
  /** Degrees turned since the person's own view; the page's compass need not be read. */
  #turned = 0;
  readonly #picture = new Picture();

  constructor(private readonly facts: CanvasSiteFacts) {
    this.name = facts.name;
  }

  refusal(): string | null {
    return this.facts.refusal();
  }

  round(): string | null {
    return document.querySelector(this.facts.canvas) ? this.facts.roundKey() : null;
  }

  /** Pages without reloads say nothing of where they go: they are looked at now and then. */
  watch(changed: () => void): void {
    setInterval(changed, 500);
  }

  /** Counted from where the person looks, since nothing on the page says surely where north is. */
  headings(): number[] {
    return HEADINGS;
  }

  async view(heading: number): Promise<string> {
    await this.#turnTo(heading);
    await this.#still();
    return this.#picture.jpeg();
  }

  async restore(): Promise<void> {
    await this.#turnTo(this.#turned > 180 ? 360 : 0);
    this.#turned = 0;
  }

  place(): Promise<void> {
    return Promise.reject(new Error(`${this.name}: pins are placed by the person here`));
  }

  submit(): Promise<void> {
    return this.place();
  }

  get #canvas(): HTMLCanvasElement {
    return one<HTMLCanvasElement>(this.name, this.facts.canvas, "the panorama's canvas");
  }

  async #turnTo(heading: number): Promise<void> {
    const degrees = heading - this.#turned;
    if (degrees !== 0) await this.#drag((-degrees * this.#canvas.clientWidth) / this.facts.hfovDeg);
    this.#turned = heading;
  }

  /** From the middle, by parts that stay on the canvas. */
  async #drag(right: number): Promise<void> {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const parts = Math.max(1, Math.ceil(Math.abs(right) / (0.8 * width)));
    const [half, y] = [right / parts / 2, top + height / 2];
    for (let n = 0; n < parts; n++) {
      this.#point("down", left + width / 2 - half, y);
      for (const way of [-0.5, 0, 0.5, 1]) this.#point("move", left + width / 2 + way * half, y);
      await pause(40); // held still, so that no page lets it slide on
      this.#point("up", left + width / 2 + half, y);
    }
  }

  #point(what: "down" | "move" | "up", x: number, y: number): void {
    const at = {
      clientX: x,
      clientY: y,
      button: what === "move" ? -1 : 0,
      buttons: what === "up" ? 0 : 1,
      bubbles: true,
      cancelable: true,
      composed: true,
    };
    const pointer = { ...at, pointerId: 1, pointerType: "mouse", isPrimary: true };
    this.#canvas.dispatchEvent(new PointerEvent(`pointer${what}`, pointer));
    this.#canvas.dispatchEvent(new MouseEvent(`mouse${what}`, { ...at, button: 0 }));
  }

  /** Until the canvas shows something, twice the same. */
  async #still(): Promise<void> {
    let last: number[] | null = null;
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
      await pause(STEP_MS);
      this.#picture.take(this.#canvas);
      const grid = this.#picture.grid();
      if (last && !isBlank(grid) && apart(grid, last) < SAME) return;
      last = grid;
    }
    throw new Error(`${this.name}: expected a still picture on ${this.facts.canvas}, got a blank or moving one`);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
