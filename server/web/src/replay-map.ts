// The map of a replay: pins as they stood at a time, what geolocators believed, and, at the end, the truth.
import L from "leaflet";

import { HeatLayer } from "./heat-layer";
import { outcomeLayers, pinMarker } from "./markers";
import type { MatchWord, ReplayedPrediction, ReplayedRound } from "./protocol";
import { baseMap } from "./world-map";

/** How far a geocell reaches is not told: drawn as wide. */
const SPREAD_KM = 120;

export class ReplayMap {
  readonly #map: L.Map;
  readonly #heat = new HeatLayer();
  #marks = L.featureGroup();

  constructor(host: HTMLElement) {
    this.#map = L.map(host, { minZoom: 0, maxZoom: 14, zoomAnimation: false });
    this.#map.attributionControl.setPrefix(false);
    this.#map.setView([20, 0], 1);
    baseMap().addTo(this.#map);
    this.#heat.addTo(this.#map);
  }

  /** All that is there at `atS` of a round; with the truth once it is over. */
  show(match: MatchWord, round: ReplayedRound, atS: number, said: ReplayedPrediction | null): void {
    this.#marks.remove();
    this.#heat.show((said?.prediction.geocells ?? []).map((cell) => ({ ...cell, spread_km: SPREAD_KM })));
    const sideOf = (seat: number): number => match.seats[seat]?.side ?? 0;
    if (atS >= round.length_s) {
      const thrown = round.outcome.turns.map(({ guess, seat }) => ({ guess, side: sideOf(seat) }));
      this.#marks = outcomeLayers(round.outcome.location, thrown).addTo(this.#map);
    } else {
      const pins = [...standing(round, atS)].map(([seat, at]) => pinMarker(at, "", sideOf(seat)));
      this.#marks = L.featureGroup(pins).addTo(this.#map);
    }
  }

  /** To where the whole round can be seen. */
  fit(round: ReplayedRound): void {
    this.#map.invalidateSize({ animate: false });
    const thrown = round.outcome.turns.map(({ guess }) => ({ guess }));
    this.#map.fitBounds(outcomeLayers(round.outcome.location, thrown).getBounds(), {
      padding: [50, 50],
      maxZoom: 6,
      animate: false,
    });
  }
}

/** Each seat's pin at a time: its last move, or the guess that it has submitted. */
function standing(round: ReplayedRound, atS: number): Map<number, L.LatLngLiteral> {
  const pins = new Map<number, L.LatLngLiteral>();
  for (const { seat, time_s, pin } of round.pins) if (time_s <= atS) pins.set(seat, pin);
  for (const { seat, time_s, guess } of round.outcome.turns) if (guess && time_s <= atS) pins.set(seat, guess);
  return pins;
}
