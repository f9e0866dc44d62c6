// The page that locates one photo: take it, ask, show where and why.
import "leaflet/dist/leaflet.css";
import "./locate.css";

import { showAnswer } from "./answer";
import { BeliefMap } from "./belief-map";
import { base64, isTwiceAsWide, showChosen, takePhotos } from "./intake";
import { keepServerToken, serverToken, takeFragment } from "./keys";
import { distanceKm } from "./mercator";
import { byId } from "./page";
import { type BundleWord, type LocatedPhotos, MAX_PHOTO_BYTES, MAX_PHOTOS, MAX_UPLOAD_BYTES } from "./protocol";
import { explained, NO_TOKEN, tell, type Trouble } from "./trouble";
import { ask, Line } from "./wire";
import { distance } from "./words";

const API = "/api/locate";
const MIB = 2 ** 20;

const line = new Line();
let bundles: BundleWord[] = [];
let chosen: File[] = [];
let found: LocatedPhotos | null = null;
let map: BeliefMap | null = null;
/** Of the latest question: an answer to an earlier one comes too late. */
let question = 0;

async function arrive(): Promise<void> {
  const given = takeFragment().get("token");
  if (given) keepServerToken(given);
  const token = serverToken();
  if (!token) return complain(NO_TOKEN, false);
  show({ waiting: true });
  try {
    const path = `${API}/bundles`;
    bundles = await line.patiently<BundleWord[]>(path, { token }, (answer) => answer.json());
  } catch (error) {
    return complain(explained(error), false);
  }
  byId("bundle").replaceChildren(...bundles.map(({ name }) => new Option(name, name)));
  describeBundle();
  show({ intake: true });
  map ??= new BeliefMap(byId("map"));
  document.body.dataset["phase"] = "ready";
}

function describeBundle(): void {
  const bundle = bundles.find(({ name }) => name === byId<HTMLSelectElement>("bundle").value);
  byId("bundle-about").textContent = bundle?.about ?? "";
  byId("caveat").textContent = bundle?.caveat ?? "";
  byId("caveat").hidden = !bundle?.caveat;
}

async function take(files: File[]): Promise<void> {
  if (byId("intake").hidden) return;
  const fault = faultOf(files);
  if (fault) return complain(fault);
  chosen = files;
  showChosen(files);
  const wide = files.length === 1 && (await isTwiceAsWide(files[0] as File));
  byId<HTMLInputElement>("panorama").checked = wide;
  byId("panorama-choice").hidden = !wide;
  await locate();
}

/** What need not be sent to be refused. */
function faultOf(files: File[]): Trouble | null {
  if (files.length > MAX_PHOTOS)
    return { title: "Too many photos", text: `Expected up to ${MAX_PHOTOS} views of one place, got: ${files.length}.` };
  const large = files.find(({ size }) => size > MAX_PHOTO_BYTES);
  if (large)
    return { title: "This file is too large", text: `${large.name}: expected at most ${MAX_PHOTO_BYTES / MIB} MiB, got: ${Math.ceil(large.size / MIB)} MiB.` };
  const sum = files.reduce((all, { size }) => all + (4 * size) / 3, 0);
  if (sum > 0.99 * MAX_UPLOAD_BYTES)
    return { title: "These files are too large", text: `Expected at most ${Math.floor((0.74 * MAX_UPLOAD_BYTES) / MIB)} MiB together.` };
  return null;
}

async function locate(): Promise<void> {
  if (chosen.length === 0) return;
  const asked = ++question;
  map?.clear();
  show({ intake: true, working: true });
  try {
    const located = await answer();
    if (asked !== question) return;
    found = located;
    reveal(located);
  } catch (error) {
    if (asked === question) complain(named(explained(error, "This photo cannot be located")));
  }
}

/** The server numbers photos; the person has named them. */
function named(trouble: Trouble): Trouble {
  const text = trouble.text.replace(/^photo (\d+)/, (number, n: string) => chosen[Number(n) - 1]?.name ?? number);
  return { ...trouble, text };
}

async function answer(): Promise<LocatedPhotos> {
  const body = {
    photos: await Promise.all(chosen.map(base64)),
    // Not asked of the person: the server looks whether it is one.
    panorama: byId("panorama-choice").hidden ? null : byId<HTMLInputElement>("panorama").checked,
    bundle: byId<HTMLSelectElement>("bundle").value,
  };
  return (await ask(API, { method: "POST", token: serverToken() ?? "", body })).json();
}

function reveal(located: LocatedPhotos): void {
  showAnswer(located);
  byId("comparison").hidden = located.taken_at === null;
  byId("compare").hidden = false;
  byId("compared").textContent = "";
  show({ intake: true, answer: true });
  document.body.dataset["phase"] = "located";
  map?.show(located);
  byId("map-box").scrollIntoView({ block: "nearest" });
}

function compare(): void {
  if (!found?.taken_at) return;
  const { guess } = found.prediction;
  byId("compared").textContent = `The photo says it was taken ${distance(distanceKm(guess, found.taken_at))} from the guess.`;
  byId("compare").hidden = true;
  map?.compare(found.taken_at, guess);
}

function complain(trouble: Trouble, mayGoOn = true): void {
  tell(trouble);
  byId("retry").hidden ||= mayGoOn; // another photo is the next try
  show({ intake: mayGoOn, trouble: true });
  document.body.dataset["phase"] = "trouble";
}

type Part = "waiting" | "intake" | "trouble" | "working" | "answer";

function show(parts: Partial<Record<Part, boolean>>): void {
  for (const part of ["waiting", "intake", "trouble", "working", "answer"] as const) byId(part).hidden = !parts[part];
  byId("map-box").hidden = !parts.intake;
}

takePhotos((files) => void take(files));
byId("bundle").addEventListener("change", () => {
  describeBundle();
  void locate();
});
byId("panorama").addEventListener("change", () => void locate());
byId("compare").addEventListener("click", compare);
byId("intake").addEventListener("submit", (event) => event.preventDefault());
byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  keepServerToken(byId<HTMLInputElement>("key-field").value.trim());
  void arrive();
});
byId("retry").addEventListener("click", () => void arrive());
addEventListener("hashchange", () => void arrive());
void arrive();
