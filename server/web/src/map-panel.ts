// The panel around the guess map: small in its corner, larger under the pointer or the focus, in a
// size the player likes, or held open; on a phone a sheet that a button opens.
import { byId } from "./page";

const SIZES = ["s", "m", "l"] as const;
const SHRINK_AFTER_MS = 500;
/** A finger comes over the panel and down on it at once. */
const TAP_MS = 50;
const REMEMBERED = "homing.map";

export class MapPanel {
  readonly #panel = byId("guess-panel");
  #wanted = false;
  #held = false;
  #size = 1;
  #shrinkTimer = 0;
  #watch = 0;
  #wokenAt = -Infinity;
  #woken = false;

  constructor(
    private readonly map: HTMLElement,
    private readonly resized: () => void,
  ) {
    this.#recall();
    this.#panel.addEventListener("pointerenter", () => this.#wake());
    this.#panel.addEventListener("pointerdown", () => (this.#woken = performance.now() - this.#wokenAt < TAP_MS), true);
    this.#panel.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.#want(false);
    });
    this.#panel.addEventListener("focusin", () => {
      if (this.#panel.querySelector(":focus-visible")) this.#want(true);
    });
    this.#panel.addEventListener("focusout", () => this.#want(this.#panel.matches(":hover")));
    document.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" && !this.#panel.contains(event.target as Node)) this.#want(false);
    });
    byId("map-hold").addEventListener("click", () => this.#hold(!this.#held));
    byId("map-larger").addEventListener("click", () => this.#resize(1));
    byId("map-smaller").addEventListener("click", () => this.#resize(-1));
    byId("open-map").addEventListener("click", () => this.open());
    byId("close-map").addEventListener("click", () => this.shut());
    addEventListener("resize", () => this.#restless());
    this.#apply();
  }

  open(): void {
    document.body.classList.add("map-open");
    this.#want(true);
    this.map.focus({ preventScroll: true });
  }

  shut(): void {
    document.body.classList.remove("map-open");
    this.#want(false);
  }

  /** Whether this is the tap that made a sleeping panel grow: it shall not drop a pin as well. */
  wokenBy(event: MouseEvent): boolean {
    return (event as PointerEvent).pointerType === "touch" && this.#woken;
  }

  #wake(): void {
    if (!this.#wanted && !this.#held) this.#wokenAt = performance.now();
    this.#want(true);
  }

  #want(large: boolean): void {
    clearTimeout(this.#shrinkTimer);
    if (large === this.#wanted) return;
    // A pointer that slips off for a moment comes back to the same map.
    if (large) this.#become(true);
    else this.#shrinkTimer = window.setTimeout(() => this.#become(false), SHRINK_AFTER_MS);
  }

  #become(large: boolean): void {
    this.#wanted = large;
    this.#apply();
  }

  #hold(held: boolean): void {
    this.#held = held;
    this.#apply();
    this.#remember();
  }

  #resize(steps: number): void {
    this.#size = Math.max(0, Math.min(SIZES.length - 1, this.#size + steps));
    this.#apply();
    this.#remember();
  }

  #apply(): void {
    this.#panel.classList.toggle("large", this.#wanted || this.#held);
    this.#panel.dataset.size = SIZES[this.#size];
    byId("map-hold").setAttribute("aria-pressed", String(this.#held));
    byId<HTMLButtonElement>("map-larger").disabled = this.#size === SIZES.length - 1;
    byId<HTMLButtonElement>("map-smaller").disabled = this.#size === 0;
    this.#restless();
  }

  /** `data-expanded` becomes 1 only when the size has stood still for two frames. */
  #restless(): void {
    this.map.dataset.expanded = "0";
    const watch = ++this.#watch;
    let last = "";
    const look = (): void => {
      if (watch !== this.#watch) return;
      const { x, y, width, height } = this.map.getBoundingClientRect();
      const now = [x, y, width, height].join();
      const still = now === last && this.#panel.getAnimations().length === 0 && this.map.getAnimations().length === 0;
      last = now;
      if (!still) return void requestAnimationFrame(look);
      this.resized();
      this.map.dataset.expanded = this.#wanted || this.#held ? "1" : "0";
    };
    requestAnimationFrame(look);
  }

  #remember(): void {
    localStorage.setItem(REMEMBERED, JSON.stringify({ size: this.#size, held: this.#held }));
  }

  #recall(): void {
    try {
      const { size, held } = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as { size?: number; held?: boolean };
      if (size !== undefined && SIZES[size]) this.#size = size;
      this.#held = held === true;
    } catch {
      // Somebody else's text: the defaults do.
    }
  }
}
