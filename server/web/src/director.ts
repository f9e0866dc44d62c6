// The operator's page: what the show does now, and what it shall do. All of it is kept by the server.
import "./director.css";

import { openedOf, takeFragment } from "./keys";
import { byId, isTyped } from "./page";
import type { DirectorWord, Order, OverlayToken, ShowSettings } from "./protocol";
import { ask, Refused } from "./wire";
import { list, points } from "./words";

const LOOK_MS = 1000;
const NO_LINK = "Expected a link like /director/MATCH#host=TOKEN";
const NO_ANSWER = "The server does not answer; trying again";
/** Not this match's key, or no match. */
const STRANGE = new Set([401, 404]);
const KEYS: Record<string, Order["do"]> = { h: "hold", g: "go_on", r: "rewind", l: "go_live" };
const PHASES = {
  lobby: "Players sit down",
  ready: "About to start",
  round: "Players are looking",
  suspense: "Suspense",
  reveal: "Result",
  over: "Final",
} as const;

interface HostLink {
  match: string;
  token: string;
}

class Desk {
  readonly #path: string;
  #settings: ShowSettings | null = null;
  #choosing: Promise<void> = Promise.resolve();
  #commands = 0;
  #strange = false;

  constructor(private readonly host: HostLink) {
    this.#path = `/api/live/matches/${encodeURIComponent(host.match)}`;
    for (const what of ["hold", "go_on", "rewind", "go_live", "next_match"] as const)
      byId(`do-${what}`).addEventListener("click", () => void this.#order(what));
    for (const button of layoutButtons())
      button.addEventListener("click", () => this.#choose({ layout: button.dataset.layout as ShowSettings["layout"] }));
    byId("delay").addEventListener("change", () => {
      const delay = byId<HTMLInputElement>("delay");
      if (delay.reportValidity()) this.#choose({ delay_s: Number(delay.value) });
    });
    byId("streamer").addEventListener("change", () => this.#choose({ streamer: byId<HTMLInputElement>("streamer").checked }));
    byId("add").addEventListener("submit", (event) => void this.#add(event));
    byId("new-overlay").addEventListener("click", () => void this.#overlay());
    byId("copy-overlay").addEventListener("click", () =>
      void navigator.clipboard.writeText(byId<HTMLInputElement>("overlay-link").value),
    );
    document.addEventListener("keydown", (event) => {
      const what = isTyped(event) || event.repeat ? undefined : KEYS[event.key];
      if (what) void this.#order(what);
    });
  }

  /** Looks until the server says that the key does not fit. */
  async run(): Promise<void> {
    byId("desk").hidden = false;
    while (!this.#strange) {
      const before = this.#commands;
      await this.#do(() => this.#json("GET", "/director"), () => before === this.#commands);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    byId("desk").hidden = true;
    byId("on-air").textContent = "";
    askWhich();
  }

  #order(what: Order["do"]): Promise<void> {
    return this.#do(() => this.#json("POST", "/director/orders", { do: what }));
  }

  /** After the choice before it, whose settings it keeps. */
  #choose(change: Partial<ShowSettings>): void {
    this.#choosing = this.#choosing.then(async () => {
      const settings = this.#settings;
      if (settings) await this.#do(() => this.#json("PUT", "/director/settings", { ...settings, ...change }));
    });
  }

  async #add(event: Event): Promise<void> {
    event.preventDefault();
    const field = byId<HTMLInputElement>("add-link");
    const link = readHostLink(field.value);
    if (!link) return problem(NO_LINK);
    field.value = "";
    await this.#do(() => this.#json("POST", "/director/queue", { match: link.match, host_token: link.token }));
  }

  async #overlay(): Promise<void> {
    try {
      const answer = await ask(`${this.#path}/overlays`, { method: "POST", token: this.host.token });
      const { overlay_token } = (await answer.json()) as OverlayToken;
      byId<HTMLInputElement>("overlay-link").value = `${location.origin}/live/${this.host.match}#overlay=${overlay_token}`;
      byId("overlay-row").hidden = false;
    } catch (error) {
      problem(message(error));
    }
  }

  /** Shows the answer; one that is older than a command is out of date. */
  async #do(call: () => Promise<DirectorWord>, fresh?: () => boolean): Promise<void> {
    if (!fresh) this.#commands += 1;
    try {
      const word = await call();
      if (fresh?.() ?? true) this.#show(word);
      document.body.dataset.online = "1";
      // What a command was refused for is to be read: only the next command takes it away.
      if (!fresh || byId("director-problem").textContent === NO_ANSWER) problem("");
    } catch (error) {
      if (!(error instanceof Refused)) document.body.dataset.online = "0";
      else if (fresh && STRANGE.has(error.status)) this.#strange = true;
      problem(this.#strange ? "This host link does not fit any match of this server" : message(error));
    }
    if (!fresh) this.#commands += 1; // what was asked for meanwhile may be older
  }

  async #json(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<DirectorWord> {
    const request = { method, token: this.host.token, ...(body === undefined ? {} : { body }) };
    return (await (await ask(this.#path + path, request)).json()) as DirectorWord;
  }

  #show(word: DirectorWord): void {
    const { show, settings } = word;
    this.#settings = settings;
    byId("now-round").textContent = show.round ? `Round ${show.round} · ${list(show.seats.map(({ name }) => name))}` : "";
    byId("now-phase").textContent = PHASES[show.phase];
    byId("now-sides").replaceChildren(...show.sides.map((side) => line(side.name, points(side.health ?? side.score))));
    byId("on-air").textContent = show.held ? "Held" : word.hold ? "Holds before the next round" : "On air";
    byId("on-air").dataset.state = show.held ? "held" : word.hold ? "armed" : "air";
    byId<HTMLButtonElement>("do-hold").disabled = word.hold;
    byId<HTMLButtonElement>("do-go_on").disabled = !word.hold;
    byId<HTMLButtonElement>("do-go_live").disabled = word.lag_s < 0.5 && !word.hold;
    byId<HTMLButtonElement>("do-next_match").disabled = word.stage + 1 >= word.playlist.length;
    const lag = word.lag_s < 0.5 ? "" : ` and ${Math.round(word.lag_s)} s of holding and rewinding`;
    byId("now-lag").textContent = `Behind the match by ${settings.delay_s} s of delay${lag}.`;
    for (const button of layoutButtons())
      button.setAttribute("aria-checked", String(button.dataset.layout === settings.layout));
    const delay = byId<HTMLInputElement>("delay");
    if (document.activeElement !== delay) delay.value = String(settings.delay_s);
    byId<HTMLInputElement>("streamer").checked = settings.streamer;
    byId("queue").replaceChildren(
      ...word.playlist.map((match, number) => {
        const item = line(list(match.names) || "Nobody yet", match.phase);
        item.setAttribute("aria-current", String(number === word.stage));
        return item;
      }),
    );
  }
}

function layoutButtons(): HTMLButtonElement[] {
  return [...byId("layouts").querySelectorAll("button")];
}

function line(left: string, right: string): HTMLLIElement {
  const item = document.createElement("li");
  const [name, value] = ["span", "b"].map((tag) => document.createElement(tag)) as [HTMLElement, HTMLElement];
  name.textContent = left;
  value.textContent = right;
  item.append(name, value);
  return item;
}

/** The host's token of a match; the address loses it, the tab keeps it. */
function hostLink(): HostLink | null {
  const match = decodeURIComponent(location.pathname.replace(/^\/director\/?/, "").replace(/\/+$/, ""));
  if (!match) return null;
  const key = `homing.host.${match}`;
  const token = takeFragment().get("host") ?? sessionStorage.getItem(key) ?? openedOf(match)?.host_token ?? "";
  if (token) sessionStorage.setItem(key, token);
  return token ? { match, token } : null;
}

function readHostLink(text: string): HostLink | null {
  const found = /director\/([^/#?]+)\/?#(?:.*&)?host=([^&\s]+)/.exec(text);
  return found?.[1] && found[2] ? { match: decodeURIComponent(found[1]), token: found[2] } : null;
}

function message(error: unknown): string {
  return error instanceof Refused ? error.message : NO_ANSWER;
}

function problem(text: string): void {
  byId("director-problem").textContent = text;
}

function askWhich(): void {
  byId("enter").hidden = false;
}

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  const link = readHostLink(byId<HTMLInputElement>("enter-link").value);
  if (link) location.assign(`/director/${encodeURIComponent(link.match)}#host=${link.token}`);
  else problem(NO_LINK);
});
// Another key of the same match changes the fragment only.
addEventListener("hashchange", () => location.reload());
const host = hostLink();
if (host) void new Desk(host).run();
else askWhich();
