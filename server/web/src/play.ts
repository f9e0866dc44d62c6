// The play page: takes the seat and plays its match to the end, wherever it stands.
import "@photo-sphere-viewer/core/index.css";
import "leaflet/dist/leaflet.css";
import "./play.css";

import { Seat } from "./api";
import { Clock } from "./clock";
import { Feed } from "./feed";
import { showFinal } from "./final";
import { GuessMap } from "./guess-map";
import { giveUp, Hud, veil } from "./hud";
import { keepSeat, seatToken, takeFragment } from "./keys";
import { waitInLobby } from "./lobby";
import { OutcomeMap } from "./outcome-map";
import { byId, isClaimed, setPhase } from "./page";
import type { MatchWord } from "./protocol";
import { shareResult, showResult } from "./result";
import { wayBack } from "./study-keys";
import { playRound, type Table } from "./round";
import { PanoramaView } from "./viewer";
import { Line, Refused } from "./wire";

declare global {
  interface Window {
    /** For bots and tests: what a player can do with a mouse, and knows to be done. */
    arena: { look(heading: number, pitch: number, fov?: number): Promise<number> };
  }
}

async function play(): Promise<void> {
  const seat = takeSeat();
  if (!seat) {
    giveUp("This browser has no seat in this match. Open its invitation, or start a match from the home page.");
    return;
  }
  const table = lay(seat);
  const results = new OutcomeMap(byId("outcome-map"));
  let match = await seat.match();
  document.body.dataset.role = match.seat === null ? "watcher" : "seat";
  void table.feed.run(match.shared !== null);
  if (match.phase === "lobby") match = await waitInLobby(match, table.feed);
  table.hud.show(match);
  if (match.phase !== "over" || match.outcomes.length === 0) match = await playOn(match, table, results);
  setPhase("over");
  veil(null);
  document.title = "Match over · Homing";
  showFinal(match, results);
}

/** Rounds and their results in turn; a page loaded again goes on with whichever it was. */
async function playOn(match: MatchWord, table: Table, results: OutcomeMap): Promise<MatchWord> {
  for (;;) {
    if (match.phase === "ready" && match.outcomes.length === 0) match = await first(match, table);
    if (match.phase === "round") match = await playRound(match, table);
    setPhase("result");
    veil(null);
    document.title = `Round ${match.outcomes.length}: result · Homing`;
    const was = match;
    match = match.shared ? await shared(match, table, results) : await alone(match, table, results);
    if (was.phase === "over") return match;
  }
}

/** The first round: at once where one plays alone, else when it starts for all. */
async function first(match: MatchWord, { seat, feed }: Table): Promise<MatchWord> {
  if (!match.shared) return seat.start(1);
  setPhase("loading");
  veil("Get ready…");
  if (match.seat !== null) void ready(1, seat, feed);
  return feed.until((news) => news.phase !== "ready");
}

async function alone(match: MatchWord, { seat }: Table, results: OutcomeMap): Promise<MatchWord> {
  await showResult(match, results);
  if (match.phase === "over") return match;
  setPhase("loading");
  veil("Flying there…");
  return startNext(match, seat);
}

function shared(match: MatchWord, { seat, feed }: Table, results: OutcomeMap): Promise<MatchWord> {
  return shareResult(match, results, feed, () => void ready(match.outcomes.length + 1, seat, feed));
}

/** Tells the others that this seat wants the round. */
async function ready(number: number, seat: Seat, feed: Feed): Promise<void> {
  try {
    feed.tell(await seat.start(number));
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // it has begun meanwhile
    feed.tell(await seat.match());
  }
}

async function startNext(match: MatchWord, seat: Seat): Promise<MatchWord> {
  try {
    return await seat.start(match.outcomes.length + 1);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return seat.match(); // another tab was faster
  }
}

function takeSeat(): Seat | null {
  const match = decodeURIComponent(location.pathname.replace(/\/+$/, "").split("/").pop() ?? "");
  const given = takeFragment().get("seat");
  if (given) keepSeat(match, given);
  leadBack(wayBack(match));
  const token = seatToken(match);
  if (!token) return null;
  const line = new Line();
  line.onchange = (online) => (byId("banner").hidden = online);
  return new Seat(match, token, line);
}

/** A study's matches lead back to its page. */
function leadBack(study: string | null): void {
  if (study === null) return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href='/']")) link.href = study;
  for (const id of ["go-home", "problem-home"]) byId(id).textContent = "Back to the study";
  byId("go-home").className = "primary";
}

function lay(seat: Seat): Table {
  const panorama = new PanoramaView(byId("panorama"));
  const hud = new Hud(panorama);
  const clock = new Clock(byId("clock"), (text) => hud.announce(text));
  const map = new GuessMap(byId("guess-map"));
  byId("map-zoom-in").addEventListener("click", () => map.zoomBy(1));
  byId("map-zoom-out").addEventListener("click", () => map.zoomBy(-1));
  window.arena = { look: (heading, pitch, fov) => panorama.look(heading, pitch, fov) };
  addEventListener("keydown", goOn);
  return { seat, feed: new Feed(seat), panorama, map, clock, hud };
}

/** Space and Enter go on, wherever the focus is. */
function goOn(event: KeyboardEvent): void {
  if (document.body.dataset.phase !== "result" || isClaimed(event)) return;
  if (event.key !== " " && event.key !== "Enter") return;
  event.preventDefault();
  byId("next-round").click();
}

play().catch((error: unknown) => {
  console.error(error);
  if (error instanceof Refused && error.status === 404) giveUp("There is no such match on this server.");
  else if (error instanceof Refused && error.status === 401)
    giveUp("The key of this seat does not fit. Start a new match from the home page.");
  else giveUp(`This page came to a halt: ${error instanceof Error ? error.message : String(error)}`);
});
