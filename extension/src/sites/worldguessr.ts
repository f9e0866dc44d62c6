// WorldGuessr, single-player games.
import { CanvasSite } from "./canvas-site";

const CANVAS = "canvas#streetview:not(.hidden)";
const RESULT = "#endBanner";
/** Offered only to a person who plays alone. */
const HINT = ".hintBtn";
const HFOV_DEG = 110;

export function worldguessr(): CanvasSite {
  let count = 0;
  let between = true;
  return new CanvasSite({
    name: "worldguessr",
    canvas: CANVAS,
    hfovDeg: HFOV_DEG,
    refusal: () => (document.querySelector(HINT) ? null : "Only in single-player games: nothing ranked, no games against others."),
    roundKey: () => {
      const over = document.querySelector(RESULT) !== null;
      if (between && !over) count += 1;
      between = over;
      return over ? null : String(count);
    },
  });
}
