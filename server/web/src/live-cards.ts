// The score bar: each side's name, health or points, and who has locked in.
import { countTo, later } from "./live-count";
import { byId } from "./page";
import type { ShownSide, ShowWord, TurnWord } from "./protocol";
import { distance, points } from "./words";

/** Of the reveal: lines first, then points, then what they do. */
export const POINTS_AT_S = 1.4;
export const BLOWS_AT_S = 3.0;
const COUNT_MS = 1100;

interface Card {
  name: HTMLElement;
  state: HTMLElement;
  worth: HTMLElement;
  bar: HTMLElement;
  gain: HTMLElement;
  blow: HTMLElement;
  times: HTMLElement;
}

const cards = [0, 1].map((side) => make(byId(`card-${side}`)));

function make(host: HTMLElement): Card {
  const part = (name: string): HTMLElement => {
    const element = document.createElement(name === "bar" ? "i" : "span");
    element.className = `card-${name}`;
    return element;
  };
  const card = Object.fromEntries(
    ["name", "state", "worth", "bar", "gain", "blow", "times"].map((name) => [name, part(name)]),
  ) as unknown as Card;
  const track = document.createElement("div");
  track.className = "card-track";
  track.append(card.bar);
  host.append(card.name, card.state, card.times, card.worth, track, card.gain, card.blow);
  return card;
}

export function showCards(word: ShowWord, last: ShowWord | null): void {
  cards.forEach((card, side) => {
    const host = byId(`card-${side}`);
    const seats = word.seats.filter((seat) => seat.side === side);
    host.classList.toggle("nobody", seats.length === 0);
    const about = word.sides[side];
    card.name.textContent = about?.name ?? seats[0]?.name ?? "";
    const locked = seats.length > 0 && seats.every((seat) => seat.locked);
    host.classList.toggle("locked", locked && (word.phase === "round" || word.phase === "suspense"));
    host.classList.toggle("winner", word.phase === "over" && word.winner === side);
    card.state.textContent = stateOf(word, side, locked);
    card.times.textContent = about?.multiplier && about.multiplier > 1 ? `×${about.multiplier}` : "";
    if (about) scores(card, side, about, word, last);
  });
}

function stateOf(word: ShowWord, side: number, locked: boolean): string {
  if (word.phase === "round" || word.phase === "suspense") return locked ? "Locked in" : "Looking";
  if (word.phase !== "over") return "";
  if (word.winner === null) return "Draw";
  return word.winner === side ? "Winner" : "";
}

function scores(card: Card, side: number, about: ShownSide, word: ShowWord, last: ShowWord | null): void {
  const duel = about.health !== null;
  const [before, after] = duel
    ? [about.health_before ?? 0, about.health ?? 0]
    : [about.score_before, about.score];
  const full = duel ? word.full_health : Math.max(1, word.rounds * 5000);
  const put = (value: number): void => {
    card.worth.textContent = points(value);
    card.bar.style.width = `${Math.max(0, Math.min(100, (value / full) * 100))}%`;
  };
  if (word.phase !== "reveal") {
    card.gain.textContent = card.blow.textContent = "";
    return put(after);
  }
  if (last?.phase === "reveal" && last.round === word.round && last.stage === word.stage) return;
  put(before);
  const turn = best(word, side);
  later(POINTS_AT_S - word.phase_s, word, () => gained(card.gain, turn));
  const blow = before - after;
  later(BLOWS_AT_S - word.phase_s, word, () => {
    if (duel && blow > 0) card.blow.textContent = `−${points(blow)}`;
    countTo(before, after, COUNT_MS, put);
  });
}

function gained(line: HTMLElement, turn: TurnWord | undefined): void {
  const far = turn?.distance_km == null ? "no pin" : distance(turn.distance_km);
  countTo(0, turn?.score ?? 0, COUNT_MS, (value) => (line.textContent = `+${points(value)} · ${far}`));
}

function best(word: ShowWord, side: number): TurnWord | undefined {
  const turns = word.reveal?.turns.filter((turn) => word.seats[turn.seat]?.side === side) ?? [];
  return turns.sort((a, b) => b.score - a.score)[0];
}
