// The map of results: one round, or all of them.
import L from "leaflet";

import { outcomeLayers, type Thrown } from "./markers";
import type { MatchWord, Outcome } from "./protocol";
import { baseMap, WORLD_MAP } from "./world-map";
import { reducedMotion } from "./motion";

/** Closer, the embedded map has nothing to show around the pins. */
const CLOSEST_ZOOM = 7;
/** Without a guess there is only one point to show: its country, rather than a blank. */
const ALONE_ZOOM = 5;
const EDGE_PX = 30;
/** In a window that is very low, what is left has to hold something. */
const MOST_COVERED = 0.6;
/** A pin stands above its place. */
const ABOVE_PX = 60;

export class OutcomeMap {
  readonly #map: L.Map;
  #rounds = new Map<number, L.FeatureGroup>();
  #panel: HTMLElement | null = null;
  #seen = L.latLngBounds([]);

  constructor(private readonly host: HTMLElement) {
    this.#map = L.map(host, {
      minZoom: 0,
      ...WORLD_MAP,
      maxBounds: undefined, // they would hold the whole world in the middle, under the panel
      wheelPxPerZoomLevel: 100,
      zoomControl: false,
    });
    this.#map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright" }).addTo(this.#map);
    L.control.scale({ imperial: false, position: "topright" }).addTo(this.#map);
    this.#map.setView([20, 0], 1);
    baseMap().addTo(this.#map);
    this.#map.on("resize", () => this.#fit(this.#seen, false)); // a phone that is turned
  }

  /** Draws rounds (numbered if several) and moves to where all of them can be seen beside the panel. */
  show(outcomes: Outcome[], match: MatchWord, panel: HTMLElement): void {
    this.#panel = panel;
    this.#map.invalidateSize({ animate: false });
    for (const layers of this.#rounds.values()) layers.remove();
    this.#rounds = new Map(
      outcomes.map((outcome) => {
        const label = outcomes.length > 1 ? String(outcome.number) : "";
        return [outcome.number, outcomeLayers(outcome.location, thrown(outcome, match), label).addTo(this.#map)];
      }),
    );
    this.#fit(this.#bounds([...this.#rounds.values()]), false);
  }

  /** Moves to one round of those shown. */
  focus(number: number): void {
    const layers = this.#rounds.get(number);
    if (layers) this.#fit(layers.getBounds(), !reducedMotion());
  }

  #bounds(groups: L.FeatureGroup[]): L.LatLngBounds {
    const bounds = L.latLngBounds([]);
    for (const group of groups) bounds.extend(group.getBounds());
    return bounds;
  }

  #fit(bounds: L.LatLngBounds, animate: boolean): void {
    this.#seen = bounds;
    if (!bounds.isValid()) return;
    const { left, bottom } = this.#covered();
    this.#map.fitBounds(bounds, {
      paddingTopLeft: [left + EDGE_PX, ABOVE_PX],
      paddingBottomRight: [EDGE_PX, bottom + EDGE_PX],
      maxZoom: bounds.getNorthEast().equals(bounds.getSouthWest()) ? ALONE_ZOOM : CLOSEST_ZOOM,
      animate,
    });
  }

  /** How much of the map the panel takes, in pixels: of its foot, or of its left where the panel is taller than wide. */
  #covered(): { left: number; bottom: number } {
    const map = this.host.getBoundingClientRect();
    const panel = this.#panel?.getBoundingClientRect() ?? new DOMRect();
    const left = Math.max(0, panel.right - map.left);
    const bottom = Math.max(0, Math.min(map.bottom - panel.top, MOST_COVERED * map.height));
    return left / map.width > bottom / map.height ? { left: 0, bottom } : { left, bottom: 0 };
  }
}

/** One's own guess where one plays alone, else everybody's in the colours of their sides. */
function thrown(outcome: Outcome, match: MatchWord): Thrown[] {
  if (!match.shared) return [{ guess: outcome.guess }];
  return outcome.turns.map(({ guess, seat }) => ({ guess, side: match.seats[seat]?.side ?? 0 }));
}
