// What lies over the panorama: match, round, score, compass, zoom, and the page's short messages.
import { byId } from "./page";
import type { MatchWord, Rules } from "./protocol";
import type { View } from "./view";
import { showSides } from "./sides";
import type { PanoramaView } from "./viewer";
import { points } from "./words";

const GREETED = "homing.greeted";

export class Hud {
  constructor(panorama: PanoramaView) {
    panorama.onview = (view) => this.#turn(view);
    byId("compass").addEventListener("click", () => panorama.turnTo(0));
    byId("zoom-in").addEventListener("click", () => panorama.zoomBy(1));
    byId("zoom-out").addEventListener("click", () => panorama.zoomBy(-1));
    byId("look-back").addEventListener("click", () => panorama.reset());
  }

  /** The running match's facts. */
  show(match: MatchWord): void {
    const number = match.round?.number ?? match.outcomes.length;
    byId("hud-pack").textContent = match.pack;
    byId("hud-round").textContent = match.shared?.mode.startsWith("duels") ? String(number) : `${number} / ${match.rules.rounds}`;
    byId("hud-score").textContent = points(match.total_score);
    const { pan, zoom } = match.rules;
    byId<HTMLButtonElement>("compass").disabled = !pan;
    byId("zoom-tools").hidden = !zoom;
    byId("look-back").hidden = !pan && !zoom;
    byId("hud-rules").textContent = [pan ? "" : "no panning", zoom ? "" : "no zooming"].filter(Boolean).join(", ");
    byId("hud-rules").hidden = pan && zoom;
    showSides(match);
    document.title = `Round ${number} of ${match.rules.rounds} · Homing`;
  }

  /** Says once, to a newcomer, what can be done; the first touch of anything takes it away. */
  greet({ pan, zoom }: Rules): void {
    if (localStorage.getItem(GREETED)) return;
    const zooming = matchMedia("(pointer: coarse)").matches ? "pinch to zoom" : "scroll to zoom";
    const parts = [pan ? "drag to look around" : "", zoom ? zooming : "", "pin your guess on the map"];
    const hint = byId("hint");
    const text = parts.filter(Boolean).join(" · ");
    hint.textContent = text.charAt(0).toUpperCase() + text.slice(1);
    hint.hidden = false;
    const dismiss = (): void => {
      hint.hidden = true;
      localStorage.setItem(GREETED, "1");
    };
    for (const kind of ["pointerdown", "wheel", "keydown"]) addEventListener(kind, dismiss, { once: true });
  }

  /** Says what is being waited for; null takes it away. */
  wait(text: string | null): void {
    byId("waiting-for").hidden = text === null;
    byId("waiting-for").textContent = text;
  }

  /** Tells a screen reader; nobody else. */
  announce(text: string): void {
    byId("spoken").textContent = text;
  }

  #turn({ heading }: View): void {
    byId("compass-rose").style.transform = `rotate(${-heading}deg)`;
    byId("compass").setAttribute("aria-label", `Facing ${Math.round(heading) % 360} degrees; turn to north`);
  }
}

/** Covers the panorama while there is nothing to see; null takes it away. */
export function veil(text: string | null): void {
  byId("veil").hidden = text === null;
  if (text !== null) byId("veil-text").textContent = text;
}

/** A fault that playing on cannot mend. */
export function giveUp(text: string): void {
  veil(null);
  byId("problem-text").textContent = text;
  byId("problem").hidden = false;
  byId("problem-home").focus();
}
