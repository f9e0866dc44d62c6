// The show's one map: both beliefs as warmth in their colours, then pins, ways and the truth.
import L from "leaflet";

import { AMBER, BLUE, HeatLayer } from "./heat-layer";
import { later } from "./live-count";
import { flagMarker, pinMarker } from "./markers";
import { greatCircle } from "./mercator";
import { reducedMotion } from "./motion";
import type { Reveal, ShowWord } from "./protocol";
import { baseMap } from "./world-map";

/** How far a geocell reaches is not told: drawn as wide. */
const SPREAD_KM = 130;
const WORLD: L.LatLngBoundsLiteral = [
  [-56, -168],
  [72, 178],
];
const CLOSEST_ZOOM = 6;
/** While players look: what is believed at least so much is kept in sight, from no closer. */
const BELIEVED = 0.04;
const BELIEF_ZOOM = 3.6;
/** Levels of zoom between two flights: fewer, and the map would never stand still. */
const WORTH_A_FLIGHT = 0.6;
const FLIGHT_S = 1.1;
const WAY_MS = 1300;
const EDGE_PX = 70;
/** How high the viewers' card stands in the map's corner; pins are not to be under it. */
const CHAT_REM = 15;

export class LiveMap {
  readonly #map: L.Map;
  readonly #heats = [new HeatLayer(AMBER), new HeatLayer(BLUE)];
  #marks = L.featureGroup();
  #beliefs = "";
  #shown = "";

  constructor(host: HTMLElement) {
    this.#map = L.map(host, {
      zoomControl: false,
      attributionControl: true,
      zoomSnap: 0,
      dragging: false,
      scrollWheelZoom: false,
      doubleClickZoom: false,
      boxZoom: false,
      keyboard: false,
      touchZoom: false,
      zoomAnimation: !reducedMotion(),
      fadeAnimation: false,
    });
    this.#map.attributionControl.setPrefix(false);
    this.#map.fitBounds(WORLD, { animate: false });
    baseMap().addTo(this.#map);
    for (const heat of this.#heats) heat.addTo(this.#map);
    new ResizeObserver(() => {
      this.#map.invalidateSize({ animate: false });
      if (!this.#shown) this.#map.fitBounds(WORLD, { animate: false });
    }).observe(host);
  }

  show(word: ShowWord): void {
    this.#warm(word);
    const shown = word.reveal ? `${word.stage}/${word.round}` : "";
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#marks.remove();
    if (word.reveal) this.#open(word, word.reveal);
    else this.#fly(L.latLngBounds(WORLD), { maxZoom: BELIEF_ZOOM });
  }

  #fly(bounds: L.LatLngBounds, options: L.FitBoundsOptions): void {
    this.#map.flyToBounds(bounds, { ...options, duration: FLIGHT_S, animate: !reducedMotion() });
  }

  #warm(word: ShowWord): void {
    const beliefs = JSON.stringify([word.stage, word.round, word.seats.map((seat) => seat.belief)]);
    if (beliefs === this.#beliefs) return;
    this.#beliefs = beliefs;
    this.#heats.forEach((heat, seat) => {
      const cells = word.seats[seat]?.belief?.cells ?? [];
      heat.show(cells.map((cell) => ({ ...cell, spread_km: SPREAD_KM })));
    });
    if (!word.reveal) this.#follow(word);
  }

  /** To where the places are that the players waver between. */
  #follow(word: ShowWord): void {
    const cells = word.seats.flatMap((seat) => seat.belief?.cells ?? []);
    const points = cells.filter((cell) => cell.probability >= BELIEVED).map((cell) => L.latLng(cell.lat, cell.lng));
    const bounds = points.length ? L.latLngBounds(points).pad(0.35) : L.latLngBounds(WORLD);
    const zoom = Math.min(BELIEF_ZOOM, this.#map.getBoundsZoom(bounds));
    const seen = this.#map.getBounds().contains(bounds);
    if (!seen || Math.abs(zoom - this.#map.getZoom()) > WORTH_A_FLIGHT) this.#fly(bounds, { maxZoom: BELIEF_ZOOM });
  }

  #open(word: ShowWord, reveal: Reveal): void {
    const marks = (this.#marks = L.featureGroup().addTo(this.#map));
    const flag = flagMarker(reveal.location);
    const bounds = L.latLngBounds([[reveal.location.lat, reveal.location.lng]]);
    const ways: [L.LatLng[], L.Polyline[]][] = [];
    for (const { guess, seat } of reveal.turns) {
      if (!guess) continue;
      const side = word.seats[seat]?.side ?? 0;
      const path = greatCircle(reveal.location, guess).map(({ lat, lng }) => L.latLng(lat, lng));
      path.reverse();
      path.forEach((point) => bounds.extend(point));
      const [start] = path as [L.LatLng];
      pinMarker(start, "", side).addTo(marks);
      ways.push([path, [line("way-under", side), line("way", side)].map((way) => way.addTo(marks))]);
    }
    const belowPx = EDGE_PX + (word.chat ? CHAT_REM * rem() : 0);
    this.#fly(bounds, {
      paddingTopLeft: [EDGE_PX, EDGE_PX],
      paddingBottomRight: [EDGE_PX, belowPx],
      maxZoom: CLOSEST_ZOOM,
    });
    later(FLIGHT_S - word.phase_s, word, () => {
      flag.addTo(marks);
      draw(ways);
    });
  }
}

function rem(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function line(kind: string, side: number): L.Polyline {
  return L.polyline([], { className: `${kind} side-${side % 8}`, interactive: false });
}

/** Ways grow from the pins to the flag. */
function draw(ways: [L.LatLng[], L.Polyline[]][]): void {
  const started = performance.now();
  const step = (now: number): void => {
    const part = reducedMotion() ? 1 : Math.min(1, (now - started) / WAY_MS);
    for (const [path, lines] of ways) {
      const points = path.slice(0, Math.max(2, Math.ceil(path.length * part)));
      for (const way of lines) way.setLatLngs(points);
    }
    if (part < 1) requestAnimationFrame(step);
  };
  step(started);
}
