// The sides of a shared match over the panorama: names, health or points, who has locked in.
import { byId } from "./page";
import type { MatchWord, SeatWord } from "./protocol";
import { points } from "./words";

/** More sides than this are led by the best; one's own is always there. */
const SHOWN = 6;

/** How a side is called: its only seat, or its team. */
export function sideName(match: MatchWord, side: number): string {
  const seats = match.seats.filter((seat) => seat.side === side);
  return match.shared?.teams ? `Team ${side + 1}` : (seats[0]?.name ?? `Side ${side + 1}`);
}

/** The caller's side; null: a watcher. */
export function ownSide(match: MatchWord): number | null {
  return match.seat === null ? null : (match.seats[match.seat]?.side ?? null);
}

/** Whether the caller's side has no health left: it is out, and may look on. */
export function isOut(match: MatchWord): boolean {
  const side = ownSide(match);
  return side !== null && match.sides[side]?.health === 0;
}

/** Sides, best first: by health, then by points. */
export function ranked(match: MatchWord): number[] {
  const worth = (side: number): [number, number] => {
    const word = match.sides[side];
    return [word?.health ?? 0, word?.score ?? 0];
  };
  const before = (a: number, b: number): number => {
    const [left, right] = [worth(a), worth(b)];
    return right[0] - left[0] || right[1] - left[1] || a - b;
  };
  return match.sides.map((_, side) => side).sort(before);
}

export function showSides(match: MatchWord): void {
  const host = byId("sides");
  host.hidden = match.shared === null || match.sides.length === 0;
  if (host.hidden) return;
  host.dataset.mode = match.shared?.mode;
  const own = ownSide(match);
  const order = match.sides.length > SHOWN ? ranked(match) : match.sides.map((_, side) => side);
  const shown = order.filter((side, rank) => rank < SHOWN || side === own);
  host.replaceChildren(...shown.map((side) => row(match, side, own)));
}

function row(match: MatchWord, side: number, own: number | null): HTMLLIElement {
  const item = document.createElement("li");
  item.className = `side-${side % 8}`;
  item.classList.toggle("own", side === own);
  const word = match.sides[side];
  const health = word?.health ?? null;
  Object.assign(item.dataset, { health: health ?? "", multiplier: word?.multiplier ?? "" });
  item.append(text("side-name", sideName(match, side)), ...(side === own ? [text("side-you", "you")] : []));
  item.append(locks(match.seats.filter((seat) => seat.side === side)));
  const worth = health === null ? points(word?.score ?? 0) : points(health);
  const times = word?.multiplier && word.multiplier > 1 ? ` ×${word.multiplier}` : "";
  item.append(text("side-times", times), text("side-worth", worth));
  if (health !== null) item.append(bar(health, match.shared?.health ?? health));
  return item;
}

/** A dot for each seat, full once it has locked in. */
function locks(seats: SeatWord[]): HTMLSpanElement {
  const dots = text("side-locks", "");
  for (const seat of seats) {
    const dot = document.createElement("i");
    dot.className = seat.locked ? "locked" : "";
    dot.title = seat.locked ? `${seat.name} has locked in` : `${seat.name} is still looking`;
    dots.append(dot);
  }
  return dots;
}

function bar(health: number, of: number): HTMLProgressElement {
  const progress = document.createElement("progress");
  Object.assign(progress, { max: of, value: health });
  return progress;
}

function text(className: string, content: string): HTMLSpanElement {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = content;
  return span;
}
