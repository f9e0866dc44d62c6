// Numbers as people read them.

/** `3.4 km`, `128 km`, `12,345 km`, and `640 m` below one. */
export function distance(km: number): string {
  if (km < 1) return `${Math.round(km * 1000)} m`;
  if (km < 10) return `${km.toFixed(1)} km`;
  return `${Math.round(km).toLocaleString("en")} km`;
}

export function points(score: number): string {
  return Math.round(score).toLocaleString("en");
}

export function percent(probability: number): string {
  return `${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)} %`;
}

/** `47.38° N, 8.54° E` */
export function place(lat: number, lng: number): string {
  return `${Math.abs(lat).toFixed(2)}° ${lat < 0 ? "S" : "N"}, ${Math.abs(lng).toFixed(2)}° ${lng < 0 ? "W" : "E"}`;
}
