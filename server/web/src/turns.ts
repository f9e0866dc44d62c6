// What all seats did in a round that is over, and what it did to the sides.
import type { BlowWord, MatchWord, Outcome, TurnWord } from "./protocol";
import { ranked, sideName } from "./sides";
import { distance, points } from "./words";

/** A row for each seat, the best guess first. */
export function turnRows(match: MatchWord, outcome: Outcome): HTMLLIElement[] {
  return [...outcome.turns].sort((a, b) => b.score - a.score).map((turn) => turnRow(match, outcome, turn));
}

function turnRow(match: MatchWord, outcome: Outcome, turn: TurnWord): HTMLLIElement {
  const seat = match.seats[turn.seat];
  const side = seat?.side ?? 0;
  const far = turn.distance_km === null ? "no pin" : distance(turn.distance_km);
  const item = row(side, turn.seat === match.seat, seat?.name ?? "?", far, points(turn.score));
  const blow = outcome.blows[side];
  if (blow) item.append(span("after", after(blow)));
  return item;
}

/** `-1,240 → 3,760`, or the health that a side kept. */
function after(blow: BlowWord): string {
  return blow.damage > 0 ? `−${points(blow.damage)} → ${points(blow.health)}` : points(blow.health);
}

/** A row for each side of a match that is over, the winner first. */
export function standingRows(match: MatchWord): HTMLLIElement[] {
  return ranked(match).map((side, place) => {
    const word = match.sides[side];
    const worth = word?.health ?? null;
    const own = match.seat !== null && match.seats[match.seat]?.side === side;
    const left = worth === null ? "" : `${points(worth)} health`;
    return row(side, own, `${place + 1}. ${sideName(match, side)}`, left, points(word?.score ?? 0));
  });
}

function row(side: number, own: boolean, name: string, far: string, got: string): HTMLLIElement {
  const item = document.createElement("li");
  item.className = `side-${side % 8}`;
  item.classList.toggle("own", own);
  item.append(span("who", own ? `${name} (you)` : name), span("far", far), span("got", got));
  return item;
}

function span(className: string, content: string): HTMLSpanElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = content;
  return element;
}
