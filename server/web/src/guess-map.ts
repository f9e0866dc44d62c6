// The guess map: a Leaflet map in a panel that grows. What it publishes on #guess-map is what a
// player sees: where the map is, whether it moves, how large it is, where the pin stands.
import L from "leaflet";

import { MapPanel } from "./map-panel";
import { pinMarker } from "./markers";
import { type Point, wrapLng } from "./mercator";
import type { Pin } from "./protocol";
import { baseMap, WORLD_MAP } from "./world-map";

const START = { lat: 24, lng: 0, zoom: 1 };
/** The world covers at least this part of the map's height. */
const MUCH_OF_HEIGHT = 0.8;
const KEY_PAN_PX = 60;
const PAN_BY_KEY: Record<string, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export class GuessMap {
  /** The player has placed or moved the pin. */
  onpin: (pin: Pin) => void = () => undefined;

  readonly panel: MapPanel;
  readonly #map: L.Map;
  #pin: Pin | null = null;
  #marker: L.Marker | null = null;
  #side: number | undefined;
  #open = false;

  constructor(private readonly host: HTMLElement) {
    this.#map = L.map(host, {
      minZoom: 0,
      ...WORLD_MAP,
      zoomControl: false,
      attributionControl: false,
      keyboard: false, // its own handler takes the focus at each click, and the arrow keys with it
      doubleClickZoom: false, // a double click is a pin moved twice
      wheelPxPerZoomLevel: 100, // one notch, one level
      maxBoundsViscosity: 1,
      worldCopyJump: true,
    });
    L.control.attribution({ prefix: false }).addTo(this.#map);
    L.control.scale({ imperial: false }).addTo(this.#map);
    this.#map.setView(START, START.zoom);
    baseMap().addTo(this.#map);
    this.panel = new MapPanel(host, () => this.#fill());
    this.#publishMovement();
    this.#map.on("click", (event) => this.#onClick(event));
    host.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get pin(): Pin | null {
    return this.#pin;
  }

  /** A new round: the world, with the pin that the server still knows of, in its side's colour. */
  begin(pin: Point | null, side: number | null): void {
    this.#side = side ?? undefined;
    this.#map.setView(START, START.zoom, { animate: false });
    this.#set(pin);
    this.#open = true;
  }

  /** No more changes: the guess is on its way. */
  close(): void {
    this.#open = false;
  }

  zoomBy(levels: number): void {
    this.#map.setZoom(this.#map.getZoom() + levels);
  }

  /** After a change of size: the world need not be smaller than the map. */
  #fill(): void {
    this.#map.invalidateSize({ animate: false });
    const least = Math.max(0, Math.ceil(Math.log2((MUCH_OF_HEIGHT * this.#map.getSize().y) / 256)));
    if (this.#map.getZoom() < least) this.#map.setZoom(least, { animate: false });
    this.#map.setMinZoom(least);
  }

  #onClick({ latlng, originalEvent }: L.LeafletMouseEvent): void {
    if (!this.#open || this.panel.wokenBy(originalEvent)) return;
    this.#place(latlng);
  }

  #place({ lat, lng }: Point): void {
    this.#set({ lat: Math.max(-90, Math.min(90, lat)), lng: wrapLng(lng) });
    if (this.#pin) this.onpin(this.#pin);
  }

  #set(pin: Pin | null): void {
    this.#pin = pin;
    this.#marker?.remove();
    this.#marker = pin ? pinMarker(pin, "", this.#side).addTo(this.#map) : null;
    this.host.dataset.pinLat = pin ? String(pin.lat) : "";
    this.host.dataset.pinLng = pin ? String(pin.lng) : "";
    this.#bringMarkerNear();
  }

  /** The world repeats; the pin stands on the copy that is being looked at. */
  #bringMarkerNear(): void {
    if (!this.#pin || !this.#marker) return;
    const turns = Math.round((this.#map.getCenter().lng - this.#pin.lng) / 360);
    this.#marker.setLatLng([this.#pin.lat, this.#pin.lng + 360 * turns]);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.host.matches(":focus-visible")) return;
    const pan = PAN_BY_KEY[event.key];
    if (pan) this.#map.panBy([pan[0] * KEY_PAN_PX, pan[1] * KEY_PAN_PX]);
    else if (event.key === "+" || event.key === "=") this.zoomBy(1);
    else if (event.key === "-") this.zoomBy(-1);
    else if (event.key.toLowerCase() === "p" && this.#open) this.#place(this.#map.getCenter());
    else return;
    event.preventDefault();
    event.stopPropagation(); // the panorama listens to the same keys
  }

  #publishMovement(): void {
    const settled = (): void => {
      const { lat, lng } = this.#map.getCenter();
      Object.assign(this.host.dataset, { lat, lng: wrapLng(lng), zoom: this.#map.getZoom(), moving: "0" });
      this.#bringMarkerNear();
    };
    this.#map.on("movestart zoomstart", () => (this.host.dataset.moving = "1"));
    this.#map.on("moveend zoomend resize", settled);
    settled();
  }
}
