// The map of an answer: what is believed, how sure, the neighbours, and the truth for comparison.
import L from "leaflet";

import { farness } from "./farness";
import { HeatLayer } from "./heat-layer";
import { outcomeLayers, pinMarker } from "./markers";
import { circleAround, MAX_LAT, near, type Point } from "./mercator";
import type { LocatedPhotos } from "./protocol";
import { baseMap, WORLD_MAP } from "./world-map";

/** Closer, the embedded map has nothing to show. */
const CLOSEST_ZOOM = 7;

export class BeliefMap {
  readonly #map: L.Map;
  readonly #heat = new HeatLayer();
  #marks = L.featureGroup();

  constructor(private readonly host: HTMLElement) {
    this.#map = L.map(host, {
      minZoom: 0,
      ...WORLD_MAP,
    });
    this.#map.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false }).addTo(this.#map);
    this.#map.setView([25, 10], 2);
    baseMap().addTo(this.#map);
    this.#heat.addTo(this.#map);
  }

  clear(): void {
    this.#heat.show([]);
    this.#marks.remove();
    delete this.host.dataset["lat"];
    delete this.host.dataset["lng"];
  }

  show({ prediction, belief, neighbours }: LocatedPhotos): void {
    const { guess } = prediction;
    this.#map.invalidateSize({ animate: false });
    this.clear();
    this.#heat.show(belief);
    const circles = [circle(guess, prediction.radius_90_km, "90 %"), circle(guess, prediction.radius_50_km, "50 %")];
    const dots = neighbours.map((one) => dot({ lat: one.lat, lng: near(one.lng, guess.lng) }, one.distance_km));
    this.#marks = L.featureGroup([...circles, ...dots, pinMarker(guess)]).addTo(this.#map);
    this.#map.fitBounds(L.featureGroup([...circles, pinMarker(guess)]).getBounds(), {
      padding: [24, 24],
      maxZoom: CLOSEST_ZOOM,
      animate: false,
    });
    this.host.dataset["lat"] = String(guess.lat);
    this.host.dataset["lng"] = String(guess.lng);
  }

  /** Sets the flag of the truth, with the way to the guess, and shows both. */
  compare(truth: Point, guess: Point): void {
    const layers = outcomeLayers(truth, [{ guess: guess }]).addTo(this.#marks);
    this.#map.fitBounds(layers.getBounds(), { padding: [50, 50], maxZoom: CLOSEST_ZOOM, animate: false });
  }
}

function circle(centre: Point, radiusKm: number, label: string): L.FeatureGroup {
  const points = circleAround(centre, radiusKm);
  const line = points.map(({ lat, lng }) => L.latLng(Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)), lng));
  const top = line.reduce((a, b) => (b.lat > a.lat ? b : a));
  const icon = L.divIcon({ className: "circle-label", html: `<b>${label}</b>`, iconSize: [44, 20] });
  return L.featureGroup([
    L.polyline(line, { className: "circle-under", interactive: false, smoothFactor: 0 }),
    L.polyline(line, { className: "circle", interactive: false, smoothFactor: 0 }),
    L.marker(top, { icon, interactive: false, keyboard: false }),
  ]);
}

function dot(at: Point, distanceKm: number): L.CircleMarker {
  return L.circleMarker(at, { radius: 6, className: `alike far-${farness(distanceKm)}`, interactive: false });
}
