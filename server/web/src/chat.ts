// The viewers' map: a click makes the line that guesses it in the chat. It sends nothing: who says
// the line in the chat is who guesses, so that no name needs to be proved here.
import "leaflet/dist/leaflet.css";
import "./chat.css";

import L from "leaflet";

import { pinMarker } from "./markers";
import { wrapLng } from "./mercator";
import { byId } from "./page";
import { baseMap, WORLD_MAP } from "./world-map";

/** Of degrees: some 100 m, which a chat's guess is worth. */
const DECIMALS = 3;
const COPIED = "Copied. Paste it into the chat.";
const MARKED = "Marked: copy it with your keyboard or menu.";

const how = byId("how");
const command = byId<HTMLOutputElement>("command");
const copy = byId<HTMLButtonElement>("copy");
const map = L.map("map", {
  minZoom: 1,
  ...WORLD_MAP,
  zoomControl: false,
  doubleClickZoom: false,
  wheelPxPerZoomLevel: 100,
  maxBoundsViscosity: 1,
  worldCopyJump: true,
});
map.attributionControl.setPrefix(false);
L.control.zoom({ position: "topright" }).addTo(map);
map.setView([24, 0], 2);
baseMap().addTo(map);

let pin: L.Marker | null = null;

function guess(lat: number, lng: number): string {
  return `!g ${lat.toFixed(DECIMALS)}, ${wrapLng(lng).toFixed(DECIMALS)}`;
}

map.on("click", ({ latlng }) => {
  pin?.remove();
  pin = pinMarker(latlng).addTo(map);
  command.value = guess(latlng.lat, latlng.lng);
  command.hidden = copy.hidden = false;
  how.textContent = "Paste this into the chat:";
});

copy.addEventListener("click", () => void copied().then((done) => (how.textContent = done ? COPIED : MARKED)));

/** Whether the line could be copied; else it is marked, to be copied by hand. */
async function copied(): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(command.value); // not there on http pages of other machines
    return true;
  } catch {
    getSelection()?.selectAllChildren(command);
    return false;
  }
}
