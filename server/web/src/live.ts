// The stream overlay: shows what the server says that may be shown. It reads only.
import "leaflet/dist/leaflet.css";
import "./live.css";

import { showCards } from "./live-cards";
import { showChat } from "./live-chat";
import { Eyes } from "./live-eyes";
import { LiveFeed } from "./live-feed";
import { showFinal, showHistory } from "./live-history";
import { LiveMap } from "./live-map";
import { Sounds } from "./live-sound";
import { paint, readLink } from "./live-theme";
import { byId } from "./page";
import type { ShowWord } from "./protocol";
import { clockTime, list } from "./words";

const MODES = { classic: "Most points win", duels_a: "Duel", duels_b: "Duel" } as const;

class Show {
  readonly #map = new LiveMap(byId("live-map"));
  readonly #eyes: Eyes[];
  #word: ShowWord | null = null;
  #heardMs = 0;

  constructor(
    feed: LiveFeed,
    private readonly sounds: Sounds,
    private readonly layout: string | null,
  ) {
    this.#eyes = [0, 1].map((seat) => new Eyes(byId(`eyes-${seat}`), seat, feed));
    window.setInterval(() => this.#tick(), 200);
  }

  hear(word: ShowWord): void {
    const last = this.#word;
    this.#word = word;
    this.#heardMs = performance.now();
    const { phase, round, stage } = word;
    Object.assign(document.body.dataset, { phase, round, stage, held: word.held ? "1" : "0" });
    document.body.dataset.layout = this.layout ?? word.layout;
    byId("live-mode").textContent = [MODES[word.mode], word.pack].filter(Boolean).join(" · ");
    byId("live-round").textContent = word.round ? `Round ${word.round}` : "Homing";
    showCards(word, last);
    for (const eyes of this.#eyes) eyes.show(word);
    this.#map.show(word);
    showChat(word);
    showHistory(word);
    showFinal(word);
    this.#call(word);
    this.sounds.hear(word, last);
    this.#tick();
  }

  /** The clocks run on between two words. */
  #tick(): void {
    const word = this.#word;
    if (!word) return;
    const goneS = word.held ? 0 : (performance.now() - this.#heardMs) / 1000;
    const left = word.time_left_s === null ? null : Math.max(0, word.time_left_s - goneS);
    const clock = byId("live-clock");
    clock.textContent = left === null ? "" : clockTime(left);
    clock.classList.toggle("urgent", left !== null && left <= 10);
    const starts = word.starts_in_s === null ? null : Math.ceil(Math.max(0, word.starts_in_s - goneS));
    if (word.phase === "ready") byId("call-text").textContent = starts ? `Round 1 in ${starts}` : "Get ready";
    if (word.phase === "reveal" && !word.held && starts !== null)
      clock.textContent = starts ? `next in ${starts}` : "";
  }

  /** The large words over the map. */
  #call(word: ShowWord): void {
    const looking = word.seats.filter((seat) => !seat.locked).map((seat) => seat.name);
    const locked = word.seats.filter((seat) => seat.locked).map((seat) => seat.name);
    const [kicker, text] = {
      lobby: ["Players sit down", list(word.seats.map((seat) => seat.name)) || "Waiting"],
      ready: [list(word.seats.map((seat) => seat.name)), ""],
      round: locked.length && looking.length ? [`${list(locked)} locked in`, `${list(looking)}?`] : ["", ""],
      suspense: ["All locked in", "Where is it?"],
      reveal: ["", ""],
      over: ["", ""],
    }[word.phase] as [string, string];
    byId("call-kicker").textContent = kicker;
    if (word.phase !== "ready") byId("call-text").textContent = text;
    byId("live-place").textContent = word.reveal?.place ?? "";
    byId("live-source").textContent = word.reveal
      ? [word.reveal.attribution, word.reveal.licence].filter(Boolean).join(" · ")
      : "";
    for (const seat of [0, 1]) byId(`said-${seat}`).textContent = word.seats[seat]?.said ?? "";
  }
}

function trouble(text: string): void {
  const line = byId("live-trouble");
  line.hidden = text === "";
  line.textContent = text;
}

const link = readLink();
paint(link.fields);
if (!link.token) trouble("This overlay has no key: use the whole address that the director's page gives.");
else {
  const feed = new LiveFeed(link.match, link.token);
  const show = new Show(feed, new Sounds(link.fields.get("sound") === "1"), link.fields.get("layout"));
  void feed.run((word) => show.hear(word), trouble);
}
