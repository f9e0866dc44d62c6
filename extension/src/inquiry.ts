// One panorama on its way to an answer: its views, and the id under which they travel.
import type { Failure, LocateView } from "./protocol";

export interface SeenView {
  heading: number;
  /** JPEG, base64. */
  image: string;
}

/** After a refusal without a time of its own. */
const WAIT_S = 2;

export class Inquiry {
  #views: SeenView[] = [];
  #sent = 0;
  #attempt = 1;

  constructor(
    private readonly name: string,
    readonly of: number,
  ) {}

  /** On the wire: another one at each attempt, since an id is spent once a request has failed. */
  get id(): string {
    return `${this.name}.${this.#attempt}`;
  }

  add(view: SeenView): void {
    this.#views.push(view);
  }

  /** The views that have not been sent under the present id; they count as sent now. */
  unsent(): LocateView[] {
    const fresh = this.#views.slice(this.#sent);
    this.#sent = this.#views.length;
    return fresh.map(({ heading, image }) => ({
      type: "locate_view",
      id: this.id,
      of: this.of,
      heading,
      pitch: 0,
      image,
      deadline_ms: null,
      bundle: null,
    }));
  }

  /** Begins anew under a fresh id. */
  restart(): void {
    this.#attempt += 1;
    this.#sent = 0;
  }
}

/**
 * When to send all again after this failure, in seconds; null: in vain. The server's own word is
 * stretched by up to half by chance (`luck` from 0 to 1), so that not all who were refused come
 * back at once.
 */
export function retryAfterS(failure: Failure, luck: number): number | null {
  if (failure.code !== "busy") return null;
  return (failure.retry_after_s ?? WAIT_S) * (1 + luck / 2);
}

/** What went wrong, for people. */
export function failureWords(failure: Failure): string {
  switch (failure.code) {
    case "wrong_version":
      return "The server speaks another version of the protocol: update the extension or the server.";
    case "no_encoder":
      return "This server takes no pictures: start it with a bundle that has an encoder.";
    case "too_late":
      return "The answer came too late.";
    case "internal":
      return "The server made a mistake; its log says which.";
    default:
      return `The server refused: ${failure.message}`;
  }
}
