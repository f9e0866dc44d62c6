// An answer in words and pictures, beside the map.
import { type Farness, farness, LEGEND } from "./farness";
import { byId } from "./page";
import type { Bytes, LocatedPhotos, NeighbourTile, RankedGeocell } from "./protocol";
import { distance, points } from "./words";

export function showAnswer(found: LocatedPhotos): void {
  const { prediction, timings } = found;
  byId("place").textContent = found.place;
  byId("radius-50").textContent = distance(prediction.radius_50_km);
  byId("radius-90").textContent = distance(prediction.radius_90_km);
  byId("expected").textContent = points(prediction.expected_score);
  byId("reason").textContent = prediction.reason;
  byId("cells").replaceChildren(...prediction.geocells.map(cell));
  showAlike(found.neighbours);
  byId("looked").hidden = found.heat.length === 0;
  byId("heat").replaceChildren(...found.heat.map((picture, n) => image(picture, `Heat map of view ${n + 1}`)));
  const ms = timings.decode_ms + timings.embed_ms + timings.locate_ms;
  const views = found.views === 1 ? "one view" : `${found.views} views`;
  byId("made-by").textContent = `${found.bundle.name}, encoder ${prediction.encoder}, ${views}${found.panorama ? " of a panorama" : ""}, ${Math.round(ms)} ms.`;
}

function cell({ name, probability }: RankedGeocell): HTMLElement {
  const item = document.createElement("li");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = probability;
  bar.ariaHidden = "true";
  item.append(text("span", name), text("b", percent(probability)), bar);
  return item;
}

function percent(probability: number): string {
  return `${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)} %`;
}

function showAlike(neighbours: NeighbourTile[]): void {
  byId("alike").hidden = neighbours.length === 0;
  byId("legend").replaceChildren(...LEGEND.map(([step, words]) => coloured(text("li", words), step)));
  for (const group of ["retrieval", "classification"] as const) {
    const tiles = neighbours.filter((one) => one.group === group).map(tile);
    byId(`${group}-title`).hidden = tiles.length === 0;
    byId(group).replaceChildren(...tiles);
  }
}

function tile(one: NeighbourTile): HTMLElement {
  const item = coloured(document.createElement("li"), farness(one.distance_km));
  if (one.thumbnail) item.append(image(one.thumbnail, ""));
  item.append(text("span", one.place), text("b", distance(one.distance_km)));
  item.title = `${one.panorama}: similarity ${one.similarity.toFixed(2)}`;
  return item;
}

function coloured(element: HTMLElement, step: Farness): HTMLElement {
  element.className = `far-${step}`;
  return element;
}

function text(tag: string, words: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = words;
  return element;
}

function image(jpeg: Bytes, alt: string): HTMLImageElement {
  const element = document.createElement("img");
  // JSON has the URL's alphabet, data URLs the other one.
  element.src = `data:image/jpeg;base64,${String(jpeg).replaceAll("-", "+").replaceAll("_", "/")}`;
  element.alt = alt;
  return element;
}
