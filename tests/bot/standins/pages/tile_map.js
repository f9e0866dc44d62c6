// Guess and result maps of tiles, with the real Leaflet.
const PIN = '<svg width="24" height="36" viewBox="0 0 24 36"><path d="M12 36 1 16a12 12 0 1 1 22 0z" fill="COLOUR"/></svg>';
const pin = (colour, qa) => L.divIcon({
  className: 'pin', iconSize: [24, 36], iconAnchor: [12, 36],
  html: `<div data-qa="${qa}" style="width:24px;height:36px">${PIN.replace('COLOUR', colour)}</div>`,
});

class TileMap {
  constructor(element, tiles, {drills = {}, random = Math.random, pinned = () => {}, pinName = 'guess-marker'}) {
    Object.assign(this, {element, pinned, pinName});
    this.map = L.map(element, {center: [20, 10], zoom: 1, minZoom: 1, attributionControl: false, zoomControl: false, worldCopyJump: true});
    L.tileLayer(tiles, {maxZoom: 17}).addTo(this.map);
    this.map.on('click', e => {
      if (drills.lost && random() < 0.15) return;
      this.put(e.latlng);
    });
    new ResizeObserver(() => this.map.invalidateSize()).observe(element);
  }
  put(at) {
    this.pin?.remove();
    this.pin = L.marker(at, {icon: pin('#c22', this.pinName), interactive: false}).addTo(this.map);
    this.at = at.wrap(); this.truePin = {lat: this.at.lat, lng: this.at.lng}; this.pinned(this.at);
  }
  clear() { this.pin?.remove(); this.pin = this.at = null; this.map.setView([20, 10], 1, {animate: false}); }
}

const resultMap = (element, tiles, guess, truth, names = ['guess-marker', 'correct-location-marker']) => {
  const map = L.map(element, {attributionControl: false, zoomControl: false}).setView([20, 10], 1);
  L.tileLayer(tiles, {maxZoom: 17}).addTo(map);
  // The nearer copy of the truth, as real pages draw it.
  const lng = truth.lng + 360 * Math.round((guess.lng - truth.lng) / 360);
  L.marker([guess.lat, guess.lng], {icon: pin('#c22', names[0])}).addTo(map);
  L.marker([truth.lat, lng], {icon: pin('#2a2', names[1])}).addTo(map);
  setTimeout(() => map.fitBounds([[guess.lat, guess.lng], [truth.lat, lng]], {padding: [40, 40], maxZoom: 12}), 200);
  return map;
};
