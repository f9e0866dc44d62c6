// The end of a round: truth, guess, distance and score over a map of the whole screen.
import type { OutcomeMap } from "./outcome-map";
import { byId } from "./page";
import type { MatchWord, Outcome } from "./protocol";
import { reducedMotion } from "./motion";
import { distance, points, verdict } from "./words";

const COUNT_MS = 900;

/** Shows the last round's outcome and resolves when the player wants to go on. */
export async function showResult(match: MatchWord, map: OutcomeMap): Promise<void> {
  const outcome = match.outcomes[match.outcomes.length - 1];
  if (!outcome) return;
  const panel = byId("result");
  publish(panel, outcome);
  write(outcome, match);
  panel.hidden = false;
  map.show([outcome]);
  countUp(outcome.score);
  const next = byId<HTMLButtonElement>("next-round");
  next.focus({ preventScroll: true });
  await new Promise((resolve) => next.addEventListener("click", resolve, { once: true }));
  panel.hidden = true;
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
  byId("result-title").textContent =
    outcome.distance_km === null ? "No pin, no points" : verdict(outcome.score);
  byId("result-round").textContent = `Round ${outcome.number} of ${match.rules.rounds}`;
  byId("result-place").textContent = outcome.place;
  byId("result-distance").textContent =
    outcome.distance_km === null ? "The clock ran out" : distance(outcome.distance_km);
  byId("result-total").textContent = points(match.total_score);
  byId("result-source").textContent = [outcome.attribution, outcome.licence].filter(Boolean).join(" · ");
  byId("next-round").textContent = last ? "See all rounds" : "Next round";
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
