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

export class OutcomeMap {
  readonly #map: L.Map;
  #rounds = new Map<number, L.FeatureGroup>();

  constructor(private readonly host: HTMLElement) {
    this.#map = L.map(host, {
      minZoom: 0,
      ...WORLD_MAP,
      wheelPxPerZoomLevel: 100,
      zoomControl: false,
    });
    this.#map.attributionControl.setPrefix(false);
    L.control.zoom({ position: "topright" }).addTo(this.#map);
    L.control.scale({ imperial: false, position: "topright" }).addTo(this.#map);
    this.#map.setView([20, 0], 1);
    baseMap().addTo(this.#map);
  }

  /** Draws rounds (numbered if several) and moves to where all of them can be seen. */
  show(outcomes: Outcome[], match: MatchWord): void {
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

  /** The panel covers a part of the map: what is shown has to fit beside it. */
  #fit(bounds: L.LatLngBounds, animate: boolean): void {
    const styles = getComputedStyle(this.host);
    const px = (side: string): number => parseFloat(styles.getPropertyValue(`--clear-${side}`)) || 0;
    this.#map.fitBounds(bounds, {
      paddingTopLeft: [px("left") + 30, px("top") + 60],
      paddingBottomRight: [px("right") + 30, px("bottom") + 30],
      maxZoom: bounds.getNorthEast().equals(bounds.getSouthWest()) ? ALONE_ZOOM : CLOSEST_ZOOM,
      animate,
    });
  }
}

/** One's own guess where one plays alone, else everybody's in the colours of their sides. */
function thrown(outcome: Outcome, match: MatchWord): Thrown[] {
  if (!match.shared) return [{ guess: outcome.guess }];
  return outcome.turns.map(({ guess, seat }) => ({ guess, side: match.seats[seat]?.side ?? 0 }));
}
