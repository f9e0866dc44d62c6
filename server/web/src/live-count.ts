// Numbers that run up, and things that come a little later, as long as the same scoring is shown.
import { reducedMotion } from "./motion";
import type { ShowWord } from "./protocol";

/** Shows every value from `from` to `to`, slower towards the end. */
export function countTo(from: number, to: number, ms: number, put: (value: number) => void): void {
  const started = performance.now();
  const step = (now: number): void => {
    const part = reducedMotion() ? 1 : Math.min(1, Math.max(0, (now - started) / ms));
    put(Math.round(from + (to - from) * (1 - (1 - part) ** 3)));
    if (part < 1) requestAnimationFrame(step);
  };
  step(started);
}

/** Does it in `seconds`, at once where they are over, and not at all if the show has gone on. */
export function later(seconds: number, { phase, round, stage }: ShowWord, act: () => unknown): void {
  const still = (): boolean => {
    const shown = document.body.dataset;
    return shown.phase === phase && shown.round === String(round) && shown.stage === String(stage);
  };
  if (seconds <= 0) act();
  else setTimeout(() => still() && act(), seconds * 1000);
}
