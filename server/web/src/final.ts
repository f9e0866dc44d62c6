// The end of a match: the sum, the rounds in a list and on one map.
import { openMatch } from "./api";
import { keepSeat, keepWish, serverToken, wishOf } from "./keys";
import type { OutcomeMap } from "./outcome-map";
import { byId } from "./page";
import type { MatchWord, NewMatch, Outcome } from "./protocol";
import { distance, points } from "./words";

export function showFinal(match: MatchWord, map: OutcomeMap): void {
  const panel = byId("final");
  panel.dataset.totalScore = String(match.total_score);
  byId("final-score").textContent = points(match.total_score);
  byId("final-of").textContent = `of ${points(5000 * match.rules.rounds)} points`;
  byId<HTMLProgressElement>("final-bar").max = 5000 * match.rules.rounds;
  byId<HTMLProgressElement>("final-bar").value = match.total_score;
  byId("final-name").textContent = `${match.name} on ${match.pack}`;
  byId("final-rounds").replaceChildren(...match.outcomes.map((outcome) => row(outcome, map)));
  panel.hidden = false;
  map.show(match.outcomes);
  offerAnother(match);
}

function row(outcome: Outcome, map: OutcomeMap): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.title = "Show this round on the map";
  const km = outcome.distance_km;
  button.append(
    text("number", String(outcome.number)),
    text("where", outcome.place || `Round ${outcome.number}`),
    text("far", km === null ? "no pin" : distance(km)),
    text("got", points(outcome.score)),
  );
  button.addEventListener("click", () => map.focus(outcome.number));
  item.append(button);
  return item;
}

function text(className: string, content: string): HTMLSpanElement {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = content;
  return span;
}

/** Only a tab that came from the home page holds the server's token. */
function offerAnother(match: MatchWord): void {
  const again = byId<HTMLButtonElement>("play-again");
  const token = serverToken();
  again.hidden = token === null;
  (token === null ? byId("go-home") : again).focus({ preventScroll: true });
  if (token === null) return;
  const fallback: NewMatch = { pack: match.pack, name: match.name, rules: match.rules, split: null, seed: null };
  // The same seed would bring the same panoramas back.
  const wish: NewMatch = { ...(wishOf(match.match) ?? fallback), seed: null };
  again.addEventListener("click", () => void playAgain(again, token, wish));
}

async function playAgain(button: HTMLButtonElement, token: string, wish: NewMatch): Promise<void> {
  button.disabled = true;
  try {
    const seated = await openMatch(token, wish);
    keepSeat(seated.match, seated.seat_token);
    keepWish(seated.match, wish);
    location.assign(`/play/${encodeURIComponent(seated.match)}`);
  } catch (error) {
    button.disabled = false;
    byId("final-problem").textContent = error instanceof Error ? error.message : String(error);
  }
}
