// The form on the home page: what a match shall be like.
import { byId } from "./page";
import { modeName } from "./modes";
import type { NewMatch, NewSharedMatch, PackWord, SharedRules } from "./protocol";

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
const SEATS = [2, 3, 4, 6, 8];
const MODES: NonNullable<SharedRules["mode"]>[] = ["duels_a", "duels_b", "classic"];
const TEAMS: [number, string][] = [
  [0, "None"],
  [2, "Two"],
  [3, "Three"],
];
const SHARED = { after_first_guess_s: 15, pause_s: 8, health: 6000, rated: true };
/** Of a duel, which ends when health does: as many as the arena allows and the pack has. */
const DUEL_ROUNDS = 50;
const REMEMBERED = "homing.wish";

const field = (id: string): HTMLInputElement => byId<HTMLInputElement>(id);

let shown: PackWord[] = [];

export function showPacks(packs: PackWord[]): void {
  shown = packs;
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
  options("seats", SEATS.map((n) => [n, String(n)]));
  options("mode", MODES.map((mode) => [mode, modeName(mode)]));
  options("teams", TEAMS);
  field("rounds").value = "5";
  set(remembered());
  set(asked);
  byId("wish").addEventListener("change", showCompany);
  showCompany();
  byId<HTMLDetailsElement>("more").open = asked.has("split") || asked.has("seed");
}

export function readWish(): Required<NewMatch> {
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

/** The form's wish where others are to play as well; null: alone. */
export function readShared(wish: Required<NewMatch>): NewSharedMatch | null {
  if (company() === "alone") return null;
  const mode = field("mode").value as NonNullable<SharedRules["mode"]>;
  const { pack, split, seed, rules } = wish;
  const shared = { ...SHARED, mode, seats: Number(field("seats").value), teams: Number(field("teams").value) };
  return { pack, split, seed, shared, rules: mode === "classic" ? rules : { ...rules, rounds: duelRounds(pack, split) } };
}

function duelRounds(name: string, split: string | null): number {
  const pack = shown.find((one) => one.name === name);
  const panoramas = split === null ? pack?.panoramas : pack?.by_split[split];
  return Math.max(1, Math.min(DUEL_ROUNDS, panoramas ?? DUEL_ROUNDS));
}

function company(): string {
  return document.querySelector<HTMLInputElement>('input[name="company"]:checked')?.value ?? "alone";
}

/** A duel's rounds are as many as its health lasts; a team has somebody in it. */
function showCompany(): void {
  const alone = company() === "alone";
  const duel = !alone && field("mode").value !== "classic";
  byId("shared").hidden = alone;
  byId("rounds").hidden = duel;
  byId("until-one-falls").hidden = !duel;
  const teams = byId<HTMLSelectElement>("teams");
  for (const option of teams.options) option.hidden = option.disabled = Number(option.value) > Number(field("seats").value);
  if (teams.selectedOptions[0]?.disabled) teams.value = "0";
}

function options(id: string, choices: [number | string, string][]): void {
  const made = choices.map(([value, text]) => new Option(text, String(value)));
  byId<HTMLSelectElement>(id).replaceChildren(...made);
}

/** Fields of the address: `pack`, `rounds`, `time`, `split`, `seed`, `name`, `pan=0`, `zoom=0`; `company=others` with `seats`, `mode`, `teams`. */
function set(fields: URLSearchParams): void {
  const pack = fields.get("pack");
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name="pack"]'))
    if (radio.value === pack) radio.checked = true;
  choose("rounds", fields.get("rounds"), (n) => n);
  choose("time", fields.get("time"), (s) => `${s} seconds`);
  choose("split", fields.get("split"), (name) => name);
  choose("seats", fields.get("seats"), (n) => n);
  choose("mode", fields.get("mode"), (mode) => mode);
  choose("teams", fields.get("teams"), (n) => n);
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name="company"]'))
    if (radio.value === fields.get("company")) radio.checked = true;
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
