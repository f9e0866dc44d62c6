// The round's clock. The server's clock counts; this one only shows it.
import { clockTime } from "./words";

const URGENT_S = 10;
const ANNOUNCED_S = [60, 30, 10];

export class Clock {
  onend: () => void = () => undefined;
  #endMs = Infinity;
  #timer = 0;
  #announced = Infinity;

  constructor(
    private readonly face: HTMLElement,
    private readonly announce: (text: string) => void,
  ) {}

  /** Runs from what the server says is left; null: there is no clock. */
  start(leftS: number | null): void {
    this.stop();
    this.face.hidden = leftS === null;
    if (leftS === null) return;
    this.#endMs = performance.now() + leftS * 1000;
    this.#announced = leftS;
    this.#timer = window.setInterval(() => this.#tick(), 200);
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#endMs = Infinity;
  }

  #tick(): void {
    const leftS = (this.#endMs - performance.now()) / 1000;
    this.face.textContent = clockTime(leftS);
    this.face.classList.toggle("urgent", leftS <= URGENT_S);
    const due = ANNOUNCED_S.find((mark) => leftS <= mark && mark < this.#announced);
    if (due !== undefined) {
      this.#announced = due;
      this.announce(`${due} seconds left`);
    }
    if (leftS > 0) return;
    this.stop();
    this.onend();
  }
}
