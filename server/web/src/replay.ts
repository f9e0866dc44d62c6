// A match watched again: round by round, with every seat's pins, guesses and predictions in time.
import "@photo-sphere-viewer/core/index.css";
import "leaflet/dist/leaflet.css";
import "./replay.css";

import { Seat } from "./api";
import { keepSeat, seatToken, takeFragment } from "./keys";
import { modeName } from "./modes";
import { byId } from "./page";
import type { MatchWord, Replay, ReplayedPrediction, ReplayedRound } from "./protocol";
import { ReplayMap } from "./replay-map";
import { turnRows } from "./turns";
import { PanoramaView } from "./viewer";
import { Line, Refused } from "./wire";
import { clockTime } from "./words";

const EVERYTHING = { rounds: 1, time_limit_s: null, pan: true, zoom: true };
const STEP_MS = 100;
/** Of the slider in replay.html. */
const STEP_S = 0.01;

class Player {
  readonly #panorama = new PanoramaView(byId("panorama"));
  readonly #map = new ReplayMap(byId("replay-map"));
  readonly #time = byId<HTMLInputElement>("replay-time");
  readonly #button = byId<HTMLButtonElement>("replay-play");
  #round: ReplayedRound | null = null;
  #playing = 0;

  constructor(
    private readonly seat: Seat,
    private readonly replay: Replay,
  ) {
    this.#time.addEventListener("input", () => this.#draw());
    this.#button.addEventListener("click", () => (this.#playing ? this.#stop() : this.#play()));
    byId("replay-rounds").replaceChildren(...replay.rounds.map((round) => this.#choice(round)));
  }

  async show(round: ReplayedRound): Promise<void> {
    this.#stop();
    this.#round = round;
    for (const button of byId("replay-rounds").children)
      button.setAttribute("aria-current", String(button.textContent === String(round.outcome.number)));
    // The slider knows steps only, and the end has to be one.
    this.#time.max = String(Math.ceil(round.length_s / STEP_S) * STEP_S);
    this.#time.value = this.#time.max;
    this.#map.fit(round);
    this.#draw();
    const { number } = round.outcome;
    const { image, heading, hfov_deg } = round;
    const shown = { number, image, heading, hfov_deg, time_left_s: null, pin: null, guess: null };
    const picture = await this.seat.panorama(image);
    if (this.#round === round) await this.#panorama.show(shown, picture, EVERYTHING);
  }

  #choice(round: ReplayedRound): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = String(round.outcome.number);
    button.title = round.outcome.place;
    button.addEventListener("click", () => void this.show(round));
    return button;
  }

  #play(): void {
    const length = Number(this.#time.max);
    if (Number(this.#time.value) >= length) this.#time.value = "0";
    this.#button.textContent = "Pause";
    let last = performance.now();
    this.#playing = window.setInterval(() => {
      const now = performance.now();
      this.#time.value = String(Number(this.#time.value) + (now - last) / 1000);
      last = now;
      this.#draw();
      if (Number(this.#time.value) >= length) this.#stop();
    }, STEP_MS);
    this.#draw();
  }

  #stop(): void {
    clearInterval(this.#playing);
    this.#playing = 0;
    this.#button.textContent = "Play";
  }

  #draw(): void {
    const round = this.#round;
    if (!round) return;
    const atS = Number(this.#time.value);
    const over = atS >= Number(this.#time.max) - STEP_S / 2;
    const { match } = this.replay;
    const heard = round.predictions.filter((one) => one.time_s <= atS);
    this.#map.show(match, round, over ? Infinity : atS, heard[heard.length - 1] ?? null);
    byId("replay-clock").textContent = `${clockTime(atS)} / ${clockTime(round.length_s)}`;
    byId("replay-place").textContent = over ? round.outcome.place || "The end of the round" : "Where is this?";
    byId("replay-turns").replaceChildren(...(over ? turnRows(match, round.outcome) : waitingRows(match, round, atS)));
    byId("replay-said").replaceChildren(...lastWords(heard).map((one) => said(match, one)));
    byId("replay-map").dataset.atS = String(atS);
  }
}

/** While the round runs: who looks, and who has locked in. */
function waitingRows(match: MatchWord, round: ReplayedRound, atS: number): HTMLLIElement[] {
  return round.outcome.turns.map(({ seat, time_s }) => {
    const item = document.createElement("li");
    item.className = `side-${(match.seats[seat]?.side ?? 0) % 8}`;
    item.textContent = `${match.seats[seat]?.name ?? "?"}: ${time_s <= atS ? `locked in after ${Math.round(time_s)} s` : "looking"}`;
    return item;
  });
}

/** The newest prediction of each seat. */
function lastWords(heard: ReplayedPrediction[]): ReplayedPrediction[] {
  return [...new Map(heard.map((one) => [one.seat, one])).values()];
}

function said(match: MatchWord, { seat, prediction }: ReplayedPrediction): HTMLParagraphElement {
  const line = document.createElement("p");
  const [best] = prediction.geocells;
  line.className = `side-${(match.seats[seat]?.side ?? 0) % 8}`;
  const first = best ? `${best.name} ${Math.round(best.probability * 100)} %. ` : "";
  line.textContent = `${match.seats[seat]?.name ?? "?"}: ${first}${prediction.reason}`;
  return line;
}

async function begin(): Promise<void> {
  const match = decodeURIComponent(location.pathname.replace(/\/+$/, "").split("/").pop() ?? "");
  const token = keyOf(match);
  if (!token) return complain("This browser has no key of this match. Open the replay from the match's last page.");
  const seat = new Seat(match, token, new Line());
  const replay = await seat.replay();
  byId("replay-title").textContent = `${modeName(replay.match.shared?.mode)} on ${replay.match.pack}`;
  const [first] = replay.rounds;
  if (!first) return complain("No round of this match is over yet.");
  document.body.dataset.phase = "over";
  await new Player(seat, replay).show(first);
}

/** A seat's or a watcher's token, or the host's, who may look on as well; the tab keeps it. */
function keyOf(match: string): string | null {
  const fields = takeFragment();
  const [seat, host] = [fields.get("seat"), fields.get("host")];
  const kept = `homing.host.${match}`;
  if (seat) keepSeat(match, seat);
  if (host) sessionStorage.setItem(kept, host);
  return host ?? seatToken(match) ?? sessionStorage.getItem(kept);
}

function complain(text: string): void {
  byId("problem-text").textContent = text;
  byId("problem").hidden = false;
}

begin().catch((error: unknown) => {
  if (!(error instanceof Refused)) console.error(error);
  complain(error instanceof Error ? error.message : String(error));
});
