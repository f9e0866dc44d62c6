// The end of a round: truth, guess, distance and score over a map of the whole screen.
import type { Feed } from "./feed";
import type { OutcomeMap } from "./outcome-map";
import { byId } from "./page";
import type { MatchWord, Outcome, TurnWord } from "./protocol";
import { reducedMotion } from "./motion";
import { turnRows } from "./turns";
import { distance, points, verdict } from "./words";

const COUNT_MS = 900;

/** Shows the last round's outcome and resolves when the player wants to go on. */
export async function showResult(match: MatchWord, map: OutcomeMap): Promise<void> {
  if (!present(match, map)) return;
  await clicked();
  byId("result").hidden = true;
}

/** The same where others play as well: resolves with the match once it has gone on. */
export async function shareResult(match: MatchWord, map: OutcomeMap, feed: Feed, ready: () => void): Promise<MatchWord> {
  if (match.phase === "over") {
    await showResult(match, map);
    return match;
  }
  present(match, map);
  const next = byId<HTMLButtonElement>("next-round");
  next.disabled = match.seat === null;
  const shown = new AbortController();
  next.addEventListener("click", ready, { once: true, signal: shown.signal });
  const after = await feed.until(
    (news) => news.phase !== "ready",
    (news) => {
      const mine = news.seat !== null && news.seats[news.seat]?.ready === true;
      next.disabled = mine || news.seat === null;
      next.textContent = mine ? "Waiting for the others…" : "Next round";
      countDown(news.starts_in_s);
    },
  );
  shown.abort(); // the round may have started by itself
  countDown(null);
  next.disabled = false;
  byId("result").hidden = true;
  return after;
}

function clicked(): Promise<unknown> {
  return new Promise((resolve) => byId("next-round").addEventListener("click", resolve, { once: true }));
}

let counting = 0;

/** `Next round in 5 s`, as the server says that it starts by itself. */
function countDown(leftS: number | null): void {
  clearInterval(counting);
  const line = byId("result-countdown");
  line.hidden = leftS === null;
  if (leftS === null) return;
  const endMs = performance.now() + leftS * 1000;
  const tell = (): void => {
    line.textContent = `Next round in ${Math.max(0, Math.ceil((endMs - performance.now()) / 1000))} s`;
  };
  counting = window.setInterval(tell, 250);
  tell();
}

/** Draws the last outcome; false where there is none. */
function present(match: MatchWord, map: OutcomeMap): boolean {
  const outcome = match.outcomes[match.outcomes.length - 1];
  if (!outcome) return false;
  const panel = byId("result");
  publish(panel, outcome);
  write(outcome, match);
  panel.hidden = false;
  map.show([outcome], match, panel);
  countUp(outcome.score);
  byId("next-round").focus({ preventScroll: true });
  return true;
}

function publish(panel: HTMLElement, { number, score, distance_km, location, guess }: Outcome): void {
  Object.assign(panel.dataset, {
    round: number,
    score,
    distanceKm: distance_km ?? "",
    lat: location.lat,
    lng: location.lng,
    guessLat: guess?.lat ?? "",
    guessLng: guess?.lng ?? "",
  });
}

function write(outcome: Outcome, match: MatchWord): void {
  const last = match.phase === "over";
  const watches = match.seat === null;
  const own = outcome.distance_km === null ? "No pin, no points" : verdict(outcome.score);
  byId("result-title").textContent = watches ? nearest(outcome, match) : own;
  const duel = match.shared?.mode.startsWith("duels") ?? false;
  byId("result-round").textContent = `Round ${outcome.number}${duel ? "" : ` of ${match.rules.rounds}`}`;
  for (const id of ["result-own", "result-numbers"]) byId(id).hidden = watches;
  byId("result-turns").replaceChildren(...(match.shared ? turnRows(match, outcome) : []));
  byId("result-place").textContent = outcome.place;
  byId("result-distance").textContent =
    outcome.distance_km === null ? "The clock ran out" : distance(outcome.distance_km);
  byId("result-total").textContent = points(match.total_score);
  byId("result-source").textContent = [outcome.attribution, outcome.licence].filter(Boolean).join(" · ");
  byId("next-round").textContent = last ? "See all rounds" : "Next round";
}

/** What watchers are told of a round: they have no guess of their own. */
function nearest({ turns }: Outcome, { seats }: MatchWord): string {
  const far = (turn: TurnWord): number => turn.distance_km ?? Infinity;
  const [best] = [...turns].sort((a, b) => far(a) - far(b));
  return best && best.distance_km !== null ? `${seats[best.seat]?.name ?? "?"} was nearest` : "Nobody guessed";
}

/** The number and its bar run up together. */
function countUp(score: number): void {
  const number = byId("result-score");
  const bar = byId<HTMLProgressElement>("result-bar");
  const spoken = byId("result-spoken");
  spoken.textContent = `${points(score)} of 5,000 points, ${byId("result-distance").textContent}`;
  const started = performance.now();
  const step = (now: number): void => {
    const part = reducedMotion() ? 1 : Math.min(1, Math.max(0, (now - started) / COUNT_MS));
    const shown = score * (1 - (1 - part) ** 3);
    number.textContent = points(shown);
    bar.value = shown;
    if (part < 1) requestAnimationFrame(step);
  };
  step(started);
}
