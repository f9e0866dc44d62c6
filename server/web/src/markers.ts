// What stands on the maps: the player's pin, the flag of the truth, the line between.
import L from "leaflet";

import { greatCircle, type Point } from "./mercator";

const PIN = `<svg viewBox="0 0 32 42" aria-hidden="true"><path class="body" d="M16 1.5C8 1.5 1.5 7.9 1.5 15.9
 c0 10.3 14.5 24.6 14.5 24.6s14.5-14.3 14.5-24.6C30.500 7.9 24 1.5 16 1.5Z"/><circle class="eye" cx="16" cy="16" r="5.6"/></svg>`;
const FLAG = `<svg viewBox="0 0 32 42" aria-hidden="true"><path class="pole" d="M7 3v37"/>
<path class="cloth" d="M7 4c6-3.500 11 3 19.500 0v14.500C18 21.500 13 15 7 18.500Z"/><circle class="foot" cx="7" cy="39.500" r="2.500"/></svg>`;

function icon(kind: "pin" | "flag", label: string, side?: number): L.DivIcon {
  const badge = label ? `<b>${label}</b>` : "";
  return L.divIcon({
    className: `marker ${kind} ${side === undefined ? "" : `side-${side % 8}`}`,
    html: (kind === "pin" ? PIN : FLAG) + badge,
    iconSize: [32, 42],
    iconAnchor: kind === "pin" ? [16, 41] : [7, 40],
  });
}

/** The player's pin. It lets clicks through, so that a second one can move it a little. */
export function pinMarker(at: Point, label = "", side?: number): L.Marker {
  return L.marker([at.lat, at.lng], { icon: icon("pin", label, side), interactive: false, keyboard: false });
}

export function flagMarker(at: Point, label = ""): L.Marker {
  return L.marker([at.lat, at.lng], { icon: icon("flag", label), interactive: false, keyboard: false });
}

/** A guess on the map: whose colour its pin has, where several sides play. */
export interface Thrown {
  guess: Point | null;
  side?: number;
}

/** Truth, and, for each guess that there was, its pin and the shortest way between them. */
export function outcomeLayers(location: Point, thrown: Thrown[], label = ""): L.FeatureGroup {
  const ways = thrown.flatMap(({ guess, side }) => (guess ? way(location, guess, label, side) : []));
  return L.featureGroup([...ways, flagMarker(location, label)]);
}

function way(location: Point, guess: Point, label: string, side: number | undefined): L.Layer[] {
  const path = greatCircle(location, guess);
  const end = path[path.length - 1] as Point;
  const line = path.map(({ lat, lng }) => L.latLng(lat, lng));
  return [
    L.polyline(line, { className: "way-under", interactive: false }),
    L.polyline(line, { className: "way", interactive: false }),
    pinMarker(end, label, side),
  ];
}
