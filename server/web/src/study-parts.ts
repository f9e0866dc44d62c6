// What each phase of a study shows.
import { avatar } from "./avatar";
import { markdown } from "./markdown";
import { byId } from "./page";
import type { Invitation, PersonWord, RevealWord, TableWord } from "./protocol";
import { STUDY } from "./study-api";
import { keepTable } from "./study-keys";

const PARTS = ["loading", "again", "consent", "practice", "rest", "waiting", "match", "question", "debrief", "gone", "trouble"] as const;
export type Part = (typeof PARTS)[number];

/** Shows one part and hides the others; the first thing to press gets the focus. */
export function showPart(part: Part): void {
  for (const one of PARTS) byId(one).hidden = one !== part;
  document.body.dataset.phase = part;
  byId("own").hidden = ["loading", "again", "consent", "gone", "trouble"].includes(part);
  byId("steps").hidden = byId("own").hidden;
}

export function showInvitation({ title, matches, minutes, consent, open }: Invitation): void {
  entitle(title);
  byId("consent-about").textContent = `${plural(matches, "match", "matches")} · at most ${minutes} minutes, without waiting`;
  byId("consent-text").replaceChildren(...markdown(consent));
  byId("join").hidden = !open;
  byId("consent-closed").hidden = open;
  showPart("consent");
}

export function showPerson(word: PersonWord): void {
  entitle(word.title);
  byId("greeting").textContent = `You take part as ${word.nickname}`;
  const practised = word.phase === "practice" && word.practised;
  showSteps(word, practised);
  if (word.phase === "rest" || practised) showRest(word);
  if (word.phase === "match" || word.phase === "question") showVersus(word);
  if (word.phase === "debrief") showDebrief(word);
  showPart(practised ? "rest" : word.phase);
  document.title = `${TITLES[word.phase]} · Homing`;
}

const TITLES: Record<PersonWord["phase"], string> = {
  practice: "Practice",
  rest: "Next match",
  waiting: "Finding an opponent",
  match: "Your match is running",
  question: "Who was it?",
  debrief: "Who was who",
};

function entitle(title: string): void {
  byId("title").textContent = title;
}

/** A dot for the practice, one for each match, one for the end. */
function showSteps({ phase, number, matches }: PersonWord, practised: boolean): void {
  const now = phase === "practice" && !practised ? 0 : phase === "debrief" ? matches + 1 : number;
  const names = ["Practice", ...Array.from({ length: matches }, (_, at) => `Match ${at + 1}`), "Who was who"];
  const steps = names.map((name, at) => {
    const item = element("li", at === now ? name : "");
    item.title = name;
    item.className = at < now ? "done" : at === now ? "now" : "";
    if (at === now) item.setAttribute("aria-current", "step");
    else item.setAttribute("aria-label", name);
    return item;
  });
  byId("steps").replaceChildren(...steps);
}

function showRest({ phase, number, matches }: PersonWord): void {
  const first = phase === "practice";
  byId("rest-title").textContent = `Match ${number} of ${matches}`;
  byId("rest-text").textContent = first
    ? "That was the practice. From now on somebody plays against you, on the same places, by the same clock."
    : "Somebody else, or somebody like them: you cannot know. Have a sip of water first, if you like.";
}

function showVersus({ table, number }: PersonWord): void {
  if (!table) return;
  for (const host of document.querySelectorAll(".versus")) host.replaceChildren(...versus(table));
  byId("question-legend").textContent = `Your opponent in match ${number}, ${table.rival_alias ?? ""}, was`;
  byId<HTMLAnchorElement>("to-match").href = keepTable(STUDY, table);
}

function versus({ alias, avatar: own, rival_alias, rival_avatar }: TableWord): HTMLElement[] {
  const found = [player(own, alias, "you")];
  if (rival_alias !== null && rival_avatar !== null) found.push(element("b", "vs"), player(rival_avatar, rival_alias, ""));
  return found;
}

function player(number: number, name: string, note: string): HTMLElement {
  const figure = element("figure", "");
  figure.append(avatar(number), element("figcaption", name));
  if (note) figure.append(element("small", note));
  return figure;
}

function showDebrief({ debrief, reveals }: PersonWord): void {
  byId("debrief-text").replaceChildren(...markdown(debrief ?? ""));
  byId("reveals").replaceChildren(...reveals.map(reveal));
  const asked = reveals.filter((one) => one.said_bot !== null);
  const right = asked.filter((one) => one.said_bot === one.was_bot).length;
  byId("tally").textContent = asked.length ? `You were right ${right} of ${plural(asked.length, "time", "times")}.` : "You played no match.";
}

function reveal({ number, alias, was_bot, said_bot, sure, won }: RevealWord): HTMLElement {
  const item = element("li", "");
  const right = said_bot === was_bot;
  item.className = said_bot === null ? "" : right ? "right" : "wrong";
  const said = said_bot === null ? "You were not asked" : `You said ${kind(said_bot)}, ${sure ?? 0} of 100 sure`;
  const score = won === 1 ? "you won" : won === 0 ? "you lost" : "a draw";
  item.append(
    element("span", String(number), "number"),
    element("strong", alias),
    element("span", was_bot ? "Computer program" : "Person", was_bot ? "kind bot" : "kind"),
    element("span", `${said} · ${score}`, "said"),
  );
  return item;
}

function kind(bot: boolean): string {
  return bot ? "a program" : "a person";
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function element(tag: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}
