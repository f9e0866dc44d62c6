// The show as it is pushed, and the views that it names.
import type { ShowWord } from "./protocol";
import { LIVE_SUBPROTOCOL } from "./protocol";
import { ask, Refused } from "./wire";

const AGAIN_MS = 1500;

export class LiveFeed {
  readonly #path: string;

  constructor(
    match: string,
    private readonly token: string,
  ) {
    this.#path = `/api/live/matches/${encodeURIComponent(match)}`;
  }

  /** Tells each word; a line that breaks is opened again, and what is shown stays. */
  async run(hear: (word: ShowWord) => void, trouble: (text: string) => void): Promise<void> {
    for (;;) {
      await this.#pushed((word) => {
        trouble("");
        hear(word);
      });
      trouble(await this.#why());
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  /** The picture as an address of this page's own; null: it is not shown any more. */
  async view(round: number, seat: number, number: number, what: "" | "/heat" = ""): Promise<string | null> {
    const path = `${this.#path}/rounds/${round}/seats/${seat}/views/${number}${what}`;
    try {
      const answer = await ask(path, { token: this.token });
      return URL.createObjectURL(await answer.blob());
    } catch {
      return null;
    }
  }

  #pushed(hear: (word: ShowWord) => void): Promise<unknown> {
    const url = new URL(`${this.#path}/watch`, location.href.replace(/^http/, "ws"));
    const socket = new WebSocket(url, [LIVE_SUBPROTOCOL, `token.${this.token}`]);
    socket.addEventListener("open", () => socket.send("{}"));
    socket.addEventListener("message", (event) => hear(JSON.parse(String(event.data)) as ShowWord));
    return new Promise((resolve) => socket.addEventListener("close", resolve));
  }

  /** A socket does not say why it is refused; a stream shall not show more than it must. */
  async #why(): Promise<string> {
    try {
      await ask(this.#path, { token: this.token });
      return "";
    } catch (error) {
      return error instanceof Refused ? "The show's key is not valid any more" : "Reconnecting…";
    }
  }
}
