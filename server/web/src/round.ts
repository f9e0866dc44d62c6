// One round, from its panorama to its outcome.
import type { Seat } from "./api";
import type { Clock } from "./clock";
import type { GuessMap } from "./guess-map";
import { type Hud, veil } from "./hud";
import { byId, isClaimed, setPhase } from "./page";
import { PinPost } from "./pin-post";
import type { MatchWord, RoundWord } from "./protocol";
import type { PanoramaView } from "./viewer";
import { Refused } from "./wire";

/** How often an idle page asks whether the server is there and the round still runs. */
const HEARTBEAT_MS = 5000;
/** The server's clock may run a little behind ours. */
const AFTER_TIME_MS = 250;

export interface Table {
  seat: Seat;
  panorama: PanoramaView;
  map: GuessMap;
  clock: Clock;
  hud: Hud;
}

/** Plays the running round; resolves with the match as it is after it. */
export async function playRound(match: MatchWord, table: Table): Promise<MatchWord> {
  const round = match.round;
  if (!round) return match;
  const { seat, panorama, map, clock, hud } = table;
  hud.show(match);
  setPhase("loading");
  veil("Flying there…");
  const submit = byId<HTMLButtonElement>("submit-guess");
  const posted = new PinPost(seat, round.number);
  const listening = new AbortController();
  const over = new Promise<MatchWord>((resolve) => {
    const ended = onceEnded(round.number, (ending) => {
      map.close();
      clock.stop();
      resolve(ending);
    });
    map.onpin = (pin) => {
      posted.move(pin);
      offer(submit, true);
    };
    clock.onend = () => void untilEnded(seat, ended, listening.signal);
    const guess = (): void => void submitGuess(table, round, submit, ended);
    submit.addEventListener("click", guess, { signal: listening.signal });
    addEventListener("keydown", (event) => onKey(event, submit, panorama), { signal: listening.signal });
    void heartbeat(seat, clock, ended, listening.signal);
  });
  // The clock runs from the round's start, whether or not the picture has arrived.
  clock.start(round.time_left_s);
  map.begin(round.pin);
  offer(submit, round.pin !== null);
  const shown = seat.panorama(round.image).then(async (picture) => {
    if (listening.signal.aborted) return;
    await panorama.show(round, picture, match.rules);
    setPhase("round");
    veil(null);
    hud.greet(match.rules);
    hud.announce(`Round ${round.number} of ${match.rules.rounds}. Where is this?`);
  });
  const after = await Promise.race([over, shown.then(() => over)]);
  listening.abort();
  map.panel.shut();
  panorama.clear();
  return after;
}

function onKey(event: KeyboardEvent, submit: HTMLButtonElement, panorama: PanoramaView): void {
  if (isClaimed(event)) return;
  if (event.key === " " || event.key === "Enter") submit.click();
  else if (event.key.toLowerCase() === "n") panorama.turnTo(0);
  else if (event.key.toLowerCase() === "r") panorama.reset();
  else return;
  event.preventDefault();
}

function offer(submit: HTMLButtonElement, placed: boolean): void {
  submit.disabled = !placed;
  submit.textContent = placed ? "Guess" : "Place your pin on the map";
}

type Ended = (match: MatchWord) => boolean;

/** Takes any news of the match and says whether the round is over; the first such news counts. */
function onceEnded(number: number, take: (match: MatchWord) => void): Ended {
  let done = false;
  return (match) => {
    const running = match.phase === "round" && match.round?.number === number;
    if (!running && !done) {
      done = true;
      take(match);
    }
    return !running;
  };
}

async function submitGuess(table: Table, round: RoundWord, submit: HTMLButtonElement, ended: Ended): Promise<void> {
  const { seat, map } = table;
  if (!map.pin) return;
  submit.disabled = true;
  submit.textContent = "Sending…";
  map.close();
  try {
    ended(await seat.guess(round.number, map.pin));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // The clock, another tab, or an answer that was lost on its way has ended the round.
    ended(await seat.match());
  }
}

async function untilEnded(seat: Seat, ended: Ended, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !ended(await seat.match())) await pause(AFTER_TIME_MS);
}

async function heartbeat(seat: Seat, clock: Clock, ended: Ended, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(HEARTBEAT_MS);
    if (signal.aborted) return;
    const match = await seat.match();
    if (signal.aborted || ended(match)) return;
    // A server that was away has its own idea of the time; ours follows.
    clock.start(match.round?.time_left_s ?? null);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
