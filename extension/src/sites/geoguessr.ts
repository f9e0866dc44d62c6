// GeoGuessr, classic games that a person plays alone. Class names are hashed: only their beginnings count.
import { CanvasSite } from "./canvas-site";

const CANVAS = '[data-qa="panorama"] canvas.widget-scene-canvas, [data-qa="panorama"] canvas';
const RESULT = '[class^="result-layout_root__"]';
const ROUND_NUMBER = '[data-qa="round-number"]';
const HFOV_DEG = 90;

/** All else is played against others, or for a table of the best. */
const ALONE = /^(\/[a-z]{2})?\/game\/\w+/;

export function geoguessr(): CanvasSite {
  return new CanvasSite({
    name: "geoguessr",
    canvas: CANVAS,
    hfovDeg: HFOV_DEG,
    refusal: () =>
      ALONE.test(location.pathname) ? null : "Only in classic games that you play alone: no duels, no challenges, nothing ranked.",
    roundKey: () => {
      if (document.querySelector(RESULT)) return null;
      return `${location.pathname} ${document.querySelector<HTMLElement>(ROUND_NUMBER)?.innerText ?? ""}`;
    },
  });
}
