// One round, from its panorama to its outcome.
import type { Seat } from "./api";
import type { Clock } from "./clock";
import type { Feed } from "./feed";
import type { GuessMap } from "./guess-map";
import { type Hud, veil } from "./hud";
import { byId, isClaimed, setPhase } from "./page";
import { PinPost } from "./pin-post";
import type { MatchWord, RoundWord } from "./protocol";
import { isOut, ownSide } from "./sides";
import type { PanoramaView } from "./viewer";
import { Refused } from "./wire";
import { list } from "./words";

/** The server's clock may run a little behind ours. */
const AFTER_TIME_MS = 250;

export interface Table {
  seat: Seat;
  feed: Feed;
  panorama: PanoramaView;
  map: GuessMap;
  clock: Clock;
  hud: Hud;
}

/** Plays the running round; resolves with the match as it is after it. */
export async function playRound(match: MatchWord, table: Table): Promise<MatchWord> {
  const round = match.round;
  if (!round) return match;
  const { seat, feed, panorama, map, clock, hud } = table;
  hud.show(match);
  const out = isOut(match);
  if (out) document.body.dataset.role = "watcher";
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
    feed.hear((news) => {
      if (ended(news)) return;
      hud.show(news);
      // A server that was away, or whoever guessed first, has changed the clock; ours follows.
      clock.start(news.round?.time_left_s ?? null);
      if (news.round?.guess) lock(news, table);
    }, listening.signal);
  });
  // The clock runs from the round's start, whether or not the picture has arrived.
  clock.start(round.time_left_s);
  map.begin(round.pin, match.shared ? ownSide(match) : null);
  offer(submit, round.pin !== null);
  const shown = seat.panorama(round.image).then(async (picture) => {
    if (listening.signal.aborted) return;
    await panorama.show(round, picture, match.rules);
    if (listening.signal.aborted) return; // over before the picture was there
    setPhase("round");
    veil(null);
    if (out) hud.wait("Your side is out of health. You look on.");
    if (out || match.seat === null) return;
    if (round.guess) return lock(match, table);
    hud.greet(match.rules);
    hud.announce(`Round ${round.number} of ${match.rules.rounds}. Where is this?`);
  });
  const after = await Promise.race([over, shown.then(() => over)]);
  listening.abort();
  hud.wait(null);
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

/** The guess is in; the others may still look. */
function lock({ seats, seat }: MatchWord, { map, hud }: Table): void {
  if (document.body.dataset.phase === "locked") return;
  setPhase("locked");
  map.close();
  map.panel.shut();
  const others = seats.filter((one, number) => number !== seat && !one.locked).map((one) => one.name);
  hud.wait(`Locked in. Waiting for ${others.length ? list(others) : "the others"}…`);
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
    const match = await seat.guess(round.number, map.pin);
    if (!ended(match)) table.feed.tell(match);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // The clock, another tab, or an answer that was lost on its way has ended the round.
    ended(await seat.match());
  }
}

async function untilEnded(seat: Seat, ended: Ended, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !ended(await seat.match())) await pause(AFTER_TIME_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
