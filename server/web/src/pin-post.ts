// Tells the server where the pin stands, for the deadline: the newest, one request at a time.
import type { Seat } from "./api";
import type { Pin } from "./protocol";
import { Refused } from "./wire";

export class PinPost {
  #next: Pin | null = null;
  #sending = false;

  constructor(
    private readonly seat: Seat,
    private readonly round: number,
  ) {}

  move(pin: Pin): void {
    this.#next = pin;
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#next) {
        const pin = this.#next;
        this.#next = null;
        await this.seat.pin(this.round, pin);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // refused: the round is over
    } finally {
      this.#sending = false;
    }
  }
}
