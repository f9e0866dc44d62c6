// The viewers' card: who of the chat came nearest, and how they did on the whole.
import { later } from "./live-count";
import { byId } from "./page";
import type { ChatPlace, ShownChat, ShowWord } from "./protocol";
import { distance, points } from "./words";

/** Of the reveal: after the players' points. */
const CHAT_AT_S = 2.2;
const SHOWN = 3;

export function showChat(word: ShowWord): void {
  const card = byId("live-chat");
  const chat = word.phase === "reveal" ? word.chat : null;
  // The operator may jump from one reveal to another one, and hide the names in its middle.
  const told = JSON.stringify([word.stage, word.round, chat]);
  if (card.dataset.told === told) return; // there, or on its way
  card.dataset.told = told;
  card.replaceChildren();
  if (!chat) return;
  later(CHAT_AT_S - word.phase_s, word, () => card.dataset.told === told && card.replaceChildren(...lines(chat)));
}

function lines(chat: ShownChat): HTMLElement[] {
  const title = document.createElement("p");
  title.textContent = `Chat: ${points(chat.viewers)} ${chat.viewers === 1 ? "guess" : "guesses"}`;
  const list = document.createElement("ol");
  list.append(...chat.closest.slice(0, SHOWN).map(row));
  const mean = document.createElement("p");
  mean.textContent = `${points(Math.round(chat.mean_score))} points on average`;
  return [title, list, mean];
}

function row(place: ChatPlace): HTMLLIElement {
  const item = document.createElement("li");
  const [name, far, score] = ["span", "i", "b"].map((tag) => document.createElement(tag)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  name.textContent = place.name;
  far.textContent = distance(place.distance_km);
  score.textContent = points(place.score);
  item.append(name, far, score);
  return item;
}
