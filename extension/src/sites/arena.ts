// The arena, our own game. Only what its page shows a player: which round runs, the picture that is
// drawn, the guess map, the buttons.
import { LOOK, LOOKED } from "../look-words";
import { MapHand } from "../map-hand";
import { Picture } from "../picture";
import { one, type Site, until } from "./site";

// Selectors, as server/web has them.
const PANORAMA = "#panorama"; // data: round, hfov, settled, heading, pitch, fov
const CANVAS = "#panorama canvas";
const NO_PAN = "#compass:disabled";
const NO_ZOOM = "#zoom-tools[hidden]";
const MAP = "#guess-map"; // data: lat, lng, zoom, moving, expanded, pin-lat, pin-lng
const MAP_PANEL = "#guess-panel";
const OPEN_MAP = "#open-map"; // in narrow windows
const SUBMIT = "#submit-guess";

const FOV_DEG = 90;
const TRIES = 3;

interface Look {
  heading: number;
  pitch: number;
  fov: number | undefined;
}

export class ArenaSite implements Site {
  readonly name = "arena";
  readonly plays = true;
  #before: Look | null = null;
  readonly #picture = new Picture();

  static isHere(): boolean {
    return document.querySelector(PANORAMA) !== null && document.querySelector(MAP) !== null;
  }

  refusal(): null {
    return null;
  }

  round(): string | null {
    return document.body.dataset.phase === "round" ? (this.#data.round ?? null) : null;
  }

  watch(changed: () => void): void {
    const watcher = new MutationObserver(changed);
    watcher.observe(document.body, { attributeFilter: ["data-phase"] });
    watcher.observe(one(this.name, PANORAMA, "the panorama"), { attributeFilter: ["data-round"] });
  }

  headings(): number[] {
    const whole = Number(this.#data.hfov ?? 360) >= 360 && !document.querySelector(NO_PAN);
    return whole ? [0, 90, 180, 270] : [Number(this.#data.heading) % 360];
  }

  async view(heading: number): Promise<string> {
    this.#before ??= this.#look();
    const fov = document.querySelector(NO_ZOOM) ? undefined : FOV_DEG;
    for (let n = 0; n < TRIES; n++) if (await this.#seen({ heading, pitch: 0, fov })) return this.#picture.jpeg();
    throw new Error("arena: expected a panorama that stands still, got one in motion");
  }

  async restore(): Promise<void> {
    const before = this.#before;
    this.#before = null;
    if (before && this.round()) await this.#turn(before);
  }

  async place(lat: number, lng: number): Promise<void> {
    const map = one(this.name, MAP, "the guess map");
    const opener = one(this.name, OPEN_MAP, "the guess map's button");
    if (getComputedStyle(opener).display !== "none") opener.click();
    else point("pointerenter");
    await until(() => map.dataset.expanded === "1", "the guess map to grow");
    await new MapHand(map).place(lat, lng);
  }

  async submit(): Promise<void> {
    const button = one<HTMLButtonElement>(this.name, SUBMIT, "the guess button");
    await until(() => !button.disabled, "the guess button to be unlocked");
    button.click();
    point("pointerleave");
  }

  get #data(): DOMStringMap {
    return one(this.name, PANORAMA, "the panorama").dataset;
  }

  #look(): Look {
    const { heading, pitch, fov } = this.#data;
    return { heading: Number(heading), pitch: Number(pitch), fov: document.querySelector(NO_ZOOM) ? undefined : Number(fov) };
  }

  /** Whether the picture taken is surely that view: nothing was drawn after it was said to stand. */
  async #seen(look: Look): Promise<boolean> {
    const panorama = one(this.name, PANORAMA, "the panorama");
    const canvas = one<HTMLCanvasElement>(this.name, CANVAS, "the panorama's canvas");
    // The page says each drawing in the task that has drawn: only then is the canvas readable.
    const drawn = new MutationObserver(() => this.#picture.take(canvas));
    drawn.observe(panorama, { attributeFilter: ["data-heading"] });
    try {
      const settled = await this.#turn(look);
      return panorama.dataset.settled === settled;
    } finally {
      drawn.disconnect();
    }
  }

  /** Turns; resolves with the number of the view that then stands still. */
  #turn({ heading, pitch, fov }: Look): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("arena: expected a view within 8 s, got none")), 8000);
      const looked = (event: Event): void => {
        clearTimeout(timer);
        const said = (event as CustomEvent<string>).detail;
        if (/^\d+$/.test(said)) resolve(said);
        else reject(new Error(`arena: ${said}`));
      };
      document.addEventListener(LOOKED, looked, { once: true });
      const detail = JSON.stringify(fov === undefined ? [heading, pitch] : [heading, pitch, fov]);
      document.dispatchEvent(new CustomEvent(LOOK, { detail }));
    });
  }
}

function point(kind: "pointerenter" | "pointerleave"): void {
  one("arena", MAP_PANEL, "the guess map's panel").dispatchEvent(new PointerEvent(kind, { pointerType: "mouse" }));
}
