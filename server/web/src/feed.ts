// News of a match: asked for now and then where one plays alone, pushed where others act as well.
import type { Seat } from "./api";
import type { MatchWord } from "./protocol";

/** How often an idle page asks whether the server is there and the round still runs. */
const ALONE_MS = 5000;
/** Between a push that broke off and the next try; the state is asked for meanwhile. */
const AGAIN_MS = 1000;

export type Hear = (match: MatchWord) => void;

export class Feed {
  readonly #hearers = new Set<Hear>();

  constructor(private readonly seat: Seat) {}

  /** Starts telling; ends with the page. */
  async run(shared: boolean): Promise<void> {
    for (;;) {
      if (shared) await this.#pushed();
      await pause(shared ? AGAIN_MS : ALONE_MS);
      if (this.#hearers.size) this.tell(await this.seat.match());
    }
  }

  /** Tells what is pushed, until the connection ends. */
  #pushed(): Promise<unknown> {
    const socket = this.seat.watch();
    socket.addEventListener("message", (event) => this.tell(JSON.parse(String(event.data)) as MatchWord));
    return new Promise((resolve) => socket.addEventListener("close", resolve));
  }

  /** Tells what an answer to another call said. */
  tell(match: MatchWord): void {
    for (const hear of [...this.#hearers]) hear(match);
  }

  hear(hear: Hear, signal: AbortSignal): void {
    this.#hearers.add(hear);
    signal.addEventListener("abort", () => this.#hearers.delete(hear));
  }

  /** The first news that fits; asked for at once, since it may be true already. */
  async until(fits: (match: MatchWord) => boolean, hear: Hear = () => undefined): Promise<MatchWord> {
    const listening = new AbortController();
    const found = new Promise<MatchWord>((resolve) => {
      this.hear((match) => (fits(match) ? resolve(match) : hear(match)), listening.signal);
    });
    this.tell(await this.seat.match());
    const match = await found;
    listening.abort();
    return match;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
