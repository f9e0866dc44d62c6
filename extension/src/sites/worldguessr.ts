// WorldGuessr, single-player games.
import { CanvasSite, counted } from "./canvas-site";

const CANVAS = "canvas#streetview:not(.hidden)";
const RESULT = "#endBanner";
/** Offered only to a person who plays alone. */
const HINT = ".hintBtn";
const HFOV_DEG = 110;
const MAP = "#miniMapArea";
const THINGS = {
  map: MAP,
  tiles: `${MAP} img.leaflet-tile`,
  pin: `${MAP} .leaflet-marker-pane > :nth-child(1)`,
  guess: ".miniMap__btn.guessBtn:not(.unavailable)",
};

export function worldguessr(): CanvasSite {
  const count = counted();
  return new CanvasSite({
    name: "worldguessr",
    canvas: CANVAS,
    hfovDeg: HFOV_DEG,
    map: THINGS,
    refusal: () => (document.querySelector(HINT) ? null : "Only in single-player games: nothing ranked, no games against others."),
    roundKey: () => count(document.querySelector(RESULT) !== null),
  });
}
