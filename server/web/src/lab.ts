// The experimenter's page of a study: counts, and nothing that could tell who is who.
import "./lab.css";

import { takeFragment } from "./keys";
import { byId } from "./page";
import type { Progress } from "./protocol";
import { progress, STUDY } from "./study-api";
import { Line, Refused } from "./wire";

const EVERY_MS = 3000;
const TOKEN = `homing.study.${STUDY}.experimenter`;
const PHASES: Record<string, string> = {
  practice: "Practising",
  rest: "Between matches",
  waiting: "Waiting for an opponent",
  match: "In a match",
  question: "Saying who it was",
  debrief: "Finished",
};

const line = new Line();
line.onchange = (online) => {
  if (!online) byId("state").textContent = "The server does not answer; trying again…";
};

async function watch(token: string): Promise<void> {
  for (;;) {
    show(await progress(token, line));
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

function show(word: Progress): void {
  const told = { title: word.title, finished: word.finished, wanted: word.wanted, admitted: word.admitted, playing: word.playing, played: word.played };
  for (const [id, value] of Object.entries(told)) byId(id).textContent = String(value);
  byId("frozen-at").textContent = `${word.frozen_at.slice(0, 16).replace("T", " ")} UTC`;
  byId("sha256").textContent = word.sha256;
  byId("order-sha256").textContent = word.order_sha256;
  Object.assign(byId("finished-bar"), { max: word.wanted, value: Math.min(word.finished, word.wanted) });
  byId("looks").textContent = word.looks.map(({ number, decided }) => `Look ${number}: ${decided ? "decided" : "go on"}`).join(" · ");
  byId("state").textContent = word.closed === null ? "Open" : `Over: ${word.closed}`;
  byId("bot").textContent = word.bot_ready ? "Ready" : "Away";
  byId("bot").dataset.ready = word.bot_ready ? "1" : "0";
  byId("phases").replaceChildren(...Object.entries(PHASES).map(([phase, name]) => row(name, word.by_phase[phase] ?? 0, word.admitted)));
  byId("counts").hidden = false;
  document.title = `${word.finished} of ${word.wanted} · ${word.title}`;
  document.body.dataset.phase = "counts";
}

function row(name: string, count: number, of: number): HTMLLIElement {
  const item = document.createElement("li");
  const bar = document.createElement("progress");
  Object.assign(bar, { max: Math.max(of, 1), value: count });
  bar.setAttribute("aria-label", name);
  const [label, number] = [document.createElement("span"), document.createElement("b")];
  label.textContent = name;
  number.textContent = String(count);
  item.append(label, bar, number);
  return item;
}

function complain(title: string, text: string): void {
  byId("state").textContent = "";
  byId("trouble-title").textContent = title;
  byId("trouble-text").textContent = text;
  byId("trouble").hidden = false;
  byId("counts").hidden = true;
}

const given = takeFragment().get("experimenter");
if (given) sessionStorage.setItem(TOKEN, given);
const token = sessionStorage.getItem(TOKEN);
if (!token) complain("This address is missing its token", "Open the one that `homing experiment open` printed for you.");
else
  watch(token).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    complain("That did not work", error.message);
  });
