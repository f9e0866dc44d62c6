// The page of a study, from the invitation to the debrief: shows where a person is, wherever that
// is after a reload, a lost connection or a server that was started anew.
import "./study.css";

import { takeFragment } from "./keys";
import { byId } from "./page";
import type { PersonWord } from "./protocol";
import { comeIn, invitation, Person, STUDY } from "./study-api";
import { dropPerson, inviteToken, keepInvite, keepPerson, keepTable, personToken } from "./study-keys";
import { showInvitation, showPart, showPerson } from "./study-parts";
import { Line, Refused } from "./wire";

/** How often a page asks while something may happen by itself, and otherwise. */
const SOON_MS = 1500;
const LATER_MS = 10_000;

const line = new Line();
line.onchange = (online) => (byId("banner").hidden = online);
let person: Person | null = null;
let shown = "";
let phase: PersonWord["phase"] | null = null;
let timer = 0;

async function arrive(): Promise<void> {
  const fields = takeFragment();
  const [given, invite] = [fields.get("person"), fields.get("invite")];
  if (given) keepPerson(STUDY, given);
  if (invite) keepInvite(STUDY, invite);
  const token = personToken(STUDY);
  if (token && invite) return invitedAgain(token, invite);
  if (token) return comeBack(token);
  const pass = inviteToken(STUDY);
  if (!pass) return complain("This address is not complete", "Open the link that you were given, from its beginning to its end.");
  showInvitation(await invitation(pass, line));
}

/** Whoever opens an invite need not be who came in by this browser before: a lab's is everybody's. */
async function invitedAgain(token: string, invite: string): Promise<void> {
  clearTimeout(timer);
  [person, shown] = [null, ""];
  byId("greeting").textContent = "";
  const before = await seen(token);
  if (before === null) return showInvitation(await invitation(invite, line));
  if (before.phase !== "debrief") return comeBack(token);
  history.replaceState(history.state, "", `#invite=${encodeURIComponent(invite)}`); // a reload asks again
  showPart("again");
}

/** Where a person is; null: the study does not know them, or not any more. */
async function seen(token: string): Promise<PersonWord | null> {
  try {
    return await new Person(token, line).see();
  } catch (error) {
    if (error instanceof Refused && (error.status === 401 || error.status === 404)) return null;
    throw error;
  }
}

async function comeAnew(): Promise<void> {
  showInvitation(await invitation(inviteToken(STUDY) ?? "", line));
}

async function showMine(): Promise<void> {
  takeFragment();
  await comeBack(personToken(STUDY) ?? "");
}

async function comeBack(token: string): Promise<void> {
  person = new Person(token, line);
  byId<HTMLInputElement>("own-link").value = `${location.origin}/study/${encodeURIComponent(STUDY)}#person=${token}`;
  await look();
}

/** Asks where the person is, shows it, and asks again later. */
async function look(): Promise<void> {
  if (!person) return;
  clearTimeout(timer);
  const word = await person.see();
  show(word);
  const soon = word.phase === "waiting" || word.phase === "match" || (word.phase === "practice" && !word.practised);
  timer = window.setTimeout(guarded(look), soon ? SOON_MS : LATER_MS);
}

function show(word: PersonWord): void {
  const waited = phase === "waiting";
  phase = word.phase;
  // A form that is being filled in is left alone where nothing has changed.
  const text = JSON.stringify(word);
  if (text !== shown) showPerson(word);
  shown = text;
  // Who has just waited is taken to the table; who comes back to this page finds the way to it.
  if (waited && word.phase === "match" && word.table) location.assign(keepTable(STUDY, word.table));
}

async function join(): Promise<void> {
  const button = byId<HTMLButtonElement>("come-in");
  button.disabled = true;
  byId("join-problem").textContent = "";
  try {
    const nickname = byId<HTMLInputElement>("nickname").value.trim();
    const { person_token } = await comeIn(inviteToken(STUDY) ?? "", { nickname, consent: true });
    keepPerson(STUDY, person_token);
    takeFragment();
    await comeBack(person_token);
  } catch (error) {
    byId("join-problem").textContent = error instanceof Refused ? error.message : "The server does not answer. Please try again.";
  } finally {
    button.disabled = false;
  }
}

/** A step of the person's; one that is refused has been taken already, or is not theirs any more. */
async function step(take: (who: Person) => Promise<PersonWord>): Promise<void> {
  if (!person) return;
  try {
    show(await take(person));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error;
  }
  await look();
}

async function playPractice(): Promise<void> {
  const word = await person?.see();
  if (word?.phase === "practice" && word.table) location.assign(keepTable(STUDY, word.table));
  else await look();
}

async function say(): Promise<void> {
  const kind = byId<HTMLFormElement>("answer").elements.namedItem("kind") as RadioNodeList;
  const said_bot = kind.value === "bot";
  const sure = byId<HTMLInputElement>("sure").valueAsNumber;
  await step((who) => who.answer({ said_bot, sure }));
  byId<HTMLFormElement>("answer").reset();
  tellSure();
}

function tellSure(): void {
  byId("sure-said").textContent = byId<HTMLInputElement>("sure").value;
}

async function download(): Promise<void> {
  if (!person) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await person.data());
  link.download = `study-${STUDY}-my-data.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function forget(): Promise<void> {
  await person?.forget();
  clearTimeout(timer);
  person = null;
  dropPerson(STUDY);
  showPart("gone");
}

function complain(title: string, text: string): void {
  byId("trouble-title").textContent = title;
  byId("trouble-text").textContent = text;
  showPart("trouble");
}

/** `work` for an event, its refusals in words. */
function guarded(work: () => Promise<void>): () => void {
  return () =>
    void work().catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      clearTimeout(timer);
      if (error.status === 401) complain("This link does not fit", "Open the link that you were given, from its beginning to its end.");
      else if (error.status === 404) complain("There is nothing here", "The study is not on this server, or your data have been deleted.");
      else complain("That did not work", error.message);
    });
}

function onSubmit(form: string, work: () => Promise<void>): void {
  byId(form).addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(work)();
  });
}

onSubmit("join", join);
onSubmit("answer", say);
byId("come-anew").addEventListener("click", guarded(comeAnew));
byId("show-mine").addEventListener("click", guarded(showMine));
byId("sure").addEventListener("input", tellSure);
byId("ready").addEventListener("click", guarded(() => step((who) => who.ready())));
byId("play-practice").addEventListener("click", guarded(playPractice));
byId("download").addEventListener("click", guarded(download));
byId("delete").addEventListener("click", () => byId<HTMLDialogElement>("sure-delete").showModal());
byId("delete-now").addEventListener("click", guarded(forget));
byId("copy-link").addEventListener("click", () => {
  byId<HTMLInputElement>("own-link").select();
  void navigator.clipboard.writeText(byId<HTMLInputElement>("own-link").value).then(() => (byId("copy-link").textContent = "Copied"));
});
byId("retry").addEventListener("click", guarded(arrive));
addEventListener("hashchange", guarded(arrive));
addEventListener("pageshow", (event) => event.persisted && guarded(look)());
document.addEventListener("visibilitychange", () => !document.hidden && guarded(look)());
guarded(arrive)();
