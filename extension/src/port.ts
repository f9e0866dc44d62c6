// What the panel on a page and the service worker say to each other.
import type { Located } from "./protocol";

export interface Standing {
  /** `unset`: no token yet; `away`: tried again by itself; `refused`: in vain until something changes. */
  state: "unset" | "connecting" | "online" | "away" | "refused";
  /** For people. */
  words: string;
}

/** What the person wants; the panel shows it and may change it. */
export interface Behaviour {
  mode: "assist" | "play";
  /** Locate each new round unasked. */
  automatic: boolean;
  /** In mode play: submit the pin, too. */
  submit: boolean;
  collapsed: boolean;
}

export type ToWorker =
  | { type: "view"; panorama: string; of: number; heading: number; image: string }
  /** No answer to this panorama is wanted any more. */
  | { type: "drop"; panorama: string }
  | { type: "behave"; change: Partial<Behaviour> }
  | { type: "wake" }
  | { type: "options" };

export type ToPanel =
  | { type: "standing"; standing: Standing }
  | { type: "behaviour"; behaviour: Behaviour }
  | { type: "located"; panorama: string; located: Located }
  | { type: "waiting"; panorama: string; seconds: number }
  | { type: "failed"; panorama: string; words: string }
  /** The keyboard shortcut, or the button in the toolbar. */
  | { type: "locate" };

/** Asked by a script in a page of a site that is not known here; the answer is its description. */
export const DESCRIBE = "describe";
