// The rounds so far, and how the match ended.
import { byId } from "./page";
import type { PastRound, ShowWord } from "./protocol";
import { points } from "./words";

const SHOWN = 7;

export function showHistory(word: ShowWord): void {
  byId("live-history").replaceChildren(...word.history.slice(-SHOWN).map((past) => chip(past)));
}

/** Number, place, and the two sides' points; the better one is marked. */
function chip(past: PastRound): HTMLLIElement {
  const item = document.createElement("li");
  item.className = "panel";
  const most = Math.max(...past.scores);
  const scores = past.scores.slice(0, 2).map((score, side) => {
    const element = text("b", points(score), `side-${side}`);
    element.classList.toggle("best", score === most);
    return element;
  });
  item.append(text("i", String(past.number)), text("span", past.place), ...scores);
  return item;
}

export function showFinal(word: ShowWord): void {
  const panel = byId("live-final");
  panel.hidden = word.phase !== "over";
  if (panel.hidden) return;
  const winner = word.winner === null ? null : word.sides[word.winner];
  const rows = word.sides.map((side, number) => {
    const row = document.createElement("li");
    row.className = `side-${number % 8}`;
    const left = side.health === null ? [] : [text("span", `${points(side.health)} health`)];
    row.append(text("b", side.name), ...left, text("span", `${points(side.score)} points`));
    return row;
  });
  const list = document.createElement("ol");
  list.append(...rows);
  const title = text("h1", winner ? winner.name : word.sides.length > 1 ? "A draw" : "That was it");
  if (word.winner !== null) title.className = `side-${word.winner % 8}`;
  panel.replaceChildren(text("p", winner ? "Winner" : "Match over", "kicker"), title, list);
}

function text(tag: string, content: string, className = ""): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = content;
  return element;
}
