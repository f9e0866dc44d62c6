// The form on the home page: what a match shall be like.
import { byId } from "./page";
import type { NewMatch, PackWord } from "./protocol";

const ROUNDS = [1, 3, 5, 10, 20];
const TIMES_S: [number, string][] = [
  [0, "No limit"],
  [30, "30 seconds"],
  [60, "1 minute"],
  [120, "2 minutes"],
  [300, "5 minutes"],
];
const SPLITS: [string, string][] = [
  ["", "All"],
  ["train", "Train"],
  ["validation", "Validation"],
  ["test", "Test"],
  ["holdout", "Hold-out"],
];
const REMEMBERED = "homing.wish";

const field = (id: string): HTMLInputElement => byId<HTMLInputElement>(id);

export function showPacks(packs: PackWord[]): void {
  byId("pack-list").replaceChildren(...packs.map(packChoice));
}

function packChoice({ name, about, panoramas }: PackWord, index: number): HTMLLabelElement {
  const label = document.createElement("label");
  label.className = "pack";
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "pack", value: name, checked: index === 0 });
  const title = document.createElement("strong");
  title.textContent = name;
  const count = document.createElement("small");
  count.textContent = `${panoramas.toLocaleString("en")} ${panoramas === 1 ? "panorama" : "panoramas"}`;
  const text = document.createElement("span");
  text.textContent = about;
  label.append(radio, title, count, text);
  return label;
}

/** Remembered choices first, then what the address asks for. */
export function fillForm(asked: URLSearchParams): void {
  options("rounds", ROUNDS.map((n) => [n, String(n)]));
  options("time", TIMES_S);
  options("split", SPLITS);
  field("rounds").value = "5";
  set(remembered());
  set(asked);
  byId<HTMLDetailsElement>("more").open = asked.has("split") || asked.has("seed");
}

export function readWish(): NewMatch {
  const pack = document.querySelector<HTMLInputElement>('input[name="pack"]:checked')?.value ?? "";
  const seed = field("seed").value;
  const time_s = Number(field("time").value);
  const wish = {
    pack,
    split: (field("split").value || null) as NewMatch["split"],
    seed: seed === "" ? null : Number(seed),
    name: field("name").value.trim() || "Player",
    rules: {
      rounds: Number(field("rounds").value),
      time_limit_s: time_s || null,
      pan: field("pan").checked,
      zoom: field("zoom").checked,
    },
  };
  remember(wish);
  return wish;
}

function options(id: string, choices: [number | string, string][]): void {
  const made = choices.map(([value, text]) => new Option(text, String(value)));
  byId<HTMLSelectElement>(id).replaceChildren(...made);
}

/** Fields of the address: `pack`, `rounds`, `time`, `split`, `seed`, `name`, `pan=0`, `zoom=0`. */
function set(fields: URLSearchParams): void {
  const pack = fields.get("pack");
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name="pack"]'))
    if (radio.value === pack) radio.checked = true;
  choose("rounds", fields.get("rounds"), (n) => n);
  choose("time", fields.get("time"), (s) => `${s} seconds`);
  choose("split", fields.get("split"), (name) => name);
  for (const id of ["name", "seed"]) {
    const value = fields.get(id);
    if (value !== null) field(id).value = value;
  }
  for (const id of ["pan", "zoom"]) if (fields.has(id)) field(id).checked = fields.get(id) !== "0";
}

/** An address may ask for what the list does not offer. */
function choose(id: string, value: string | null, text: (value: string) => string): void {
  if (value === null) return;
  const list = byId<HTMLSelectElement>(id);
  if (![...list.options].some((option) => option.value === value)) list.add(new Option(text(value), value));
  list.value = value;
}

function remember({ pack, name, rules }: NewMatch): void {
  const { rounds, time_limit_s, pan, zoom } = rules ?? {};
  const fields = { pack, name, rounds, time: time_limit_s ?? 0, pan: pan ? 1 : 0, zoom: zoom ? 1 : 0 };
  const text = Object.entries(fields).map(([key, value]): [string, string] => [key, String(value)]);
  localStorage.setItem(REMEMBERED, new URLSearchParams(text).toString());
}

function remembered(): URLSearchParams {
  return new URLSearchParams(localStorage.getItem(REMEMBERED) ?? "");
}
