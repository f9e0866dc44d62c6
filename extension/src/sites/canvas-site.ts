// A site that draws its panorama on a canvas of its own and says nothing of when it is drawn: the
// picture is read until looks agree; it is turned by dragging, as a player does. Where its guess map
// is known, pins are placed on it.
import { mouse } from "../mouse";
import { apart, isBlank, Picture } from "../picture";
import { type MapThings, SeenMapHand } from "../seen-map-hand";
import { one, type Site, until } from "./site";

const STEP_MS = 150;
/** The first picture of a round has to stand so long: the one of before may still be there, or a coarse one. */
const FIRST_MS = 1500;
/** A drag may be lost, and more than once in a row. */
const DRAGS = 3;
/** A drag that shows nothing for so long was lost. */
const TURN_MS = 800;
const PATIENCE_MS = 6000;
/** Levels of 255: what still differs by less stands still. */
const SAME = 1;
const HEADINGS = [0, 90, 180, 270];

/** What differs from site to site. */
export interface CanvasSiteFacts {
  name: string;
  /** The canvas of the running panorama, visible. */
  canvas: string;
  /** Horizontal field of view in which a round begins, degrees. */
  hfovDeg: number;
  /** Without it, the person places the pin. */
  map?: MapThings;
  /** Says a round is over, or another one runs, when it changes or goes. */
  roundKey(): string | null;
  refusal(): string | null;
}

export class CanvasSite implements Site {
  readonly plays: boolean;
  readonly name: string;
  /** Degrees turned since the person's own view; the page's compass need not be read. */
  #turned = 0;
  /** The round that was turned; null: none. */
  #seen: string | null = null;
  readonly #picture = new Picture();

  constructor(private readonly facts: CanvasSiteFacts) {
    this.name = facts.name;
    this.plays = facts.map !== undefined;
  }

  refusal(): string | null {
    return this.facts.refusal();
  }

  round(): string | null {
    return document.querySelector(this.facts.canvas) ? this.facts.roundKey() : null;
  }

  /** Pages without reloads say nothing of where they go: they are looked at now and then. */
  watch(changed: () => void): void {
    setInterval(changed, 250);
  }

  /** Counted from where the person looks, since nothing on the page says surely where north is. */
  headings(): number[] {
    return HEADINGS;
  }

  async view(heading: number): Promise<string> {
    const round = this.round();
    const isFirst = round !== this.#seen;
    if (isFirst) this.#begin(round);
    await this.#turnTo(heading);
    await this.#still(isFirst ? FIRST_MS : STEP_MS);
    return this.#picture.jpeg();
  }

  async restore(): Promise<void> {
    if (this.round() === this.#seen) await this.#turnTo(this.#turned > 180 ? 360 : 0);
    this.#begin(null);
  }

  /** What was turned before has gone with its round. */
  #begin(round: string | null): void {
    this.#seen = round;
    this.#turned = 0;
  }

  async place(lat: number, lng: number): Promise<void> {
    if (!this.facts.map) throw new Error(`${this.name}: pins are placed by the person here`);
    await new SeenMapHand(this.name, this.facts.map).place(lat, lng);
  }

  async submit(): Promise<void> {
    const selector = this.facts.map?.guess ?? "";
    const button = (): HTMLButtonElement | null => document.querySelector(selector);
    await until(() => button()?.disabled === false, `the guess button ${selector} to be unlocked`);
    button()?.click();
  }

  get #canvas(): HTMLCanvasElement {
    return one<HTMLCanvasElement>(this.name, this.facts.canvas, "the panorama's canvas");
  }

  async #turnTo(heading: number): Promise<void> {
    const degrees = heading - this.#turned;
    if (degrees !== 0) await this.#drag((-degrees * this.#canvas.clientWidth) / this.facts.hfovDeg);
    this.#turned = heading;
  }

  /** By parts that stay on the canvas; one that was lost is made again. */
  async #drag(right: number): Promise<void> {
    const parts = Math.ceil(Math.abs(right) / (0.85 * this.#canvas.clientWidth));
    for (let n = 0; n < parts; n++) {
      const before = this.#grid();
      for (let tries = 0; tries < DRAGS && apart(before, this.#grid()) < SAME; tries++) {
        await this.#dragOnce(right / parts);
        const hasTurned = (): boolean => apart(before, this.#grid()) >= SAME;
        await until(hasTurned, "the panorama to turn", TURN_MS).catch(() => undefined);
      }
    }
  }

  /** Across the middle. */
  async #dragOnce(right: number): Promise<void> {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const [x, y, half] = [left + width / 2, top + height / 2, right / 2];
    mouse(this.#canvas, "down", x - half, y);
    for (const way of [-0.5, 0, 0.5, 1]) mouse(this.#canvas, "move", x + way * half, y);
    await pause(40); // held still, so that no page lets it slide on
    mouse(this.#canvas, "up", x + half, y);
  }

  #grid(): number[] {
    this.#picture.take(this.#canvas);
    return this.#picture.grid();
  }

  /** Until the canvas shows something, the same for so long. */
  async #still(ms: number): Promise<void> {
    let [last, since]: [number[] | null, number] = [null, 0];
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
      await pause(STEP_MS);
      const grid = this.#grid();
      const isStill = last !== null && !isBlank(grid) && apart(grid, last) < SAME;
      if (!isStill) since = performance.now();
      else if (performance.now() - since >= ms - STEP_MS / 2) return;
      last = grid;
    }
    throw new Error(`${this.name}: expected a still picture on ${this.facts.canvas}, got a blank or moving one`);
  }
}

/** A `roundKey` where the page numbers no rounds: asked again and again, it counts them. */
export function counted(): (isOver: boolean) => string | null {
  let count = 0;
  let between = true;
  return (isOver) => {
    if (between && !isOver) count += 1;
    between = isOver;
    return isOver ? null : String(count);
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
