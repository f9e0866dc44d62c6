// The best of those who keep their names, on the home page.
import { byId } from "./page";
import type { Rating } from "./protocol";
import { points } from "./words";

const SHOWN = 5;

export function showRatings(ratings: Rating[]): void {
  byId("ratings").hidden = ratings.length === 0;
  byId("rating-list").replaceChildren(...ratings.slice(0, SHOWN).map(row));
}

function row({ name, rating, deviation, duels }: Rating): HTMLLIElement {
  const item = document.createElement("li");
  const played = `${duels} ${duels === 1 ? "duel" : "duels"}`;
  item.append(span("who", name), span("duels", played), span("rating", points(rating)), span("deviation", `± ${points(2 * deviation)}`));
  return item;
}

function span(className: string, content: string): HTMLSpanElement {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = content;
  return made;
}
