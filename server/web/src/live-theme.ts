// What the overlay's address says: whose show, by which key, and how it shall look.

/** Colours and fonts that an address may set, as `#accent=ff3366&text=white&font=Georgia`. */
const COLOURS = ["accent", "text", "muted", "glass", "edge", "truth", "alarm", "left", "right"];
const BACKDROPS: Record<string, string> = {
  night: "radial-gradient(circle at 50% 30%, #24365a, #0b111d 75%)",
  green: "#00b140",
};

export interface LiveLink {
  match: string;
  token: string;
  fields: URLSearchParams;
}

/** Reads and tidies the address; a reload in the same tab finds what it said. */
export function readLink(): LiveLink {
  const match = decodeURIComponent(location.pathname.replace(/\/+$/, "").split("/").pop() ?? "");
  const key = `homing.live.${match}`;
  if (location.hash) {
    sessionStorage.setItem(key, location.hash.slice(1));
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  const fields = new URLSearchParams(sessionStorage.getItem(key) ?? "");
  const token = fields.get("overlay") ?? "";
  fields.delete("overlay");
  for (const [name, value] of new URLSearchParams(location.search)) if (!fields.has(name)) fields.set(name, value);
  return { match, token, fields };
}

export function paint(fields: URLSearchParams): void {
  const style = document.documentElement.style;
  for (const name of COLOURS) {
    const value = fields.get(name);
    if (value) style.setProperty(`--${name}`, colour(value));
  }
  const font = fields.get("font");
  if (font) style.setProperty("--font", `"${font.replace(/[^\w -]/g, "")}"`);
  const backdrop = fields.get("backdrop");
  if (backdrop) style.setProperty("--backdrop", BACKDROPS[backdrop] ?? colour(backdrop));
}

/** `ff3366` as well as what CSS knows; other things are no colour. */
function colour(value: string): string {
  const hex = /^[0-9a-f]{3,8}$/i.test(value) && !CSS.supports("color", value) ? `#${value}` : value;
  return CSS.supports("color", hex) ? hex : "inherit";
}
