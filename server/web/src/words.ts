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

/** `1:05`; the last second is still shown as 0:01. */
export function clockTime(leftS: number): string {
  const whole = Math.max(0, Math.ceil(leftS));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** What a score deserves to hear. */
export function verdict(score: number): string {
  if (score >= 4995) return "Spot on";
  if (score >= 4500) return "Almost home";
  if (score >= 3500) return "Well flown";
  if (score >= 2000) return "Right direction";
  if (score >= 500) return "A long way round";
  return "Blown off course";
}

/** `Anna`, `Anna and Ben`, `Anna, Ben and Cleo`; of many, the first few. */
export function list(names: string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} others`] : names;
  const last = shown[shown.length - 1] ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}
