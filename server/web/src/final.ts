// The end of a match: the sum, the rounds in a list and on one map.
import { openMatch } from "./api";
import { keepSeat, keepWish, serverToken, wishOf } from "./keys";
import type { OutcomeMap } from "./outcome-map";
import { byId } from "./page";
import type { MatchWord, NewMatch, Outcome } from "./protocol";
import { sideName } from "./sides";
import { wayBack } from "./study-keys";
import { standingRows } from "./turns";
import { distance, points } from "./words";

export function showFinal(match: MatchWord, map: OutcomeMap): void {
  const panel = byId("final");
  panel.dataset.totalScore = String(match.total_score);
  byId("final-score").textContent = points(match.total_score);
  // A duel ends before its last round.
  const most = 5000 * match.outcomes.length;
  byId("final-of").textContent = `of ${points(most)} points`;
  byId<HTMLProgressElement>("final-bar").max = most;
  byId<HTMLProgressElement>("final-bar").value = match.total_score;
  byId("final-name").textContent = match.seat === null ? match.pack : `${match.name} on ${match.pack}`;
  byId("final-title").textContent = match.shared ? verdictOf(match) : "Match over";
  for (const id of ["final-total", "final-bar"]) byId(id).hidden = match.seat === null;
  byId("final-standings").replaceChildren(...(match.shared ? standingRows(match) : []));
  byId("final-rounds").replaceChildren(...match.outcomes.map((outcome) => row(outcome, map, match.seat === null)));
  byId<HTMLAnchorElement>("watch-again").href = `/replay/${encodeURIComponent(match.match)}`;
  // A study asks first: what the opponent did is not to be looked at again before.
  byId("watch-again").hidden = wayBack(match.match) !== null;
  panel.hidden = false;
  map.show(match.outcomes, match, panel);
  offerAnother(match);
}

function verdictOf(match: MatchWord): string {
  if (match.winner === null) return "A draw";
  const own = match.seat !== null && match.seats[match.seat]?.side === match.winner;
  return own ? "You win" : `${sideName(match, match.winner)} wins`;
}

function row(outcome: Outcome, map: OutcomeMap, watched: boolean): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.title = "Show this round on the map";
  const km = outcome.distance_km;
  button.append(
    text("number", String(outcome.number)),
    text("where", outcome.place || `Round ${outcome.number}`),
    text("far", km !== null ? distance(km) : watched ? "" : "no pin"),
    text("got", watched ? "" : points(outcome.score)),
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
  // Others have to be invited anew: from the home page.
  const token = match.shared || wayBack(match.match) ? null : serverToken();
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
