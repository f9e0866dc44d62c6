// Runs beside a supported game: takes its views, hands them to the service worker, shows the
// answer, and in mode play places the pin.
import { descriptionOf } from "./description";
import { Panel } from "./panel";
import { type Behaviour, DESCRIBE, type ToPanel, type ToWorker } from "./port";
import type { Located } from "./protocol";
import { ArenaSite } from "./sites/arena";
import { described } from "./sites/described";
import { geoguessr } from "./sites/geoguessr";
import type { Site } from "./sites/site";
import { worldguessr } from "./sites/worldguessr";

const AGAIN_MS = 1000;

class Companion {
  #behaviour: Behaviour = { mode: "assist", automatic: false, submit: false, collapsed: false };
  #port: chrome.runtime.Port | null = null;
  /** Of the panorama that is being located; null: none. */
  #asked: { panorama: string; round: string; words: ToWorker[] } | null = null;
  #round: string | null = null;
  #count = 0;

  constructor(
    private readonly site: Site,
    private readonly panel: Panel,
  ) {
    panel.onlocate = () => void this.#locate();
    panel.onbehave = (change) => this.#tell({ type: "behave", change });
    panel.onoptions = () => this.#tell({ type: "options" });
    this.#connect();
    site.watch(() => this.#look());
    this.#look();
  }

  /** The worker sleeps when it has nothing to do: a new port wakes it. */
  #connect(): void {
    if (!chrome.runtime.id) return; // the extension was updated or removed: this script is an orphan
    this.#port = chrome.runtime.connect({ name: this.site.name });
    this.#port.onMessage.addListener((word) => void this.#hear(word as ToPanel));
    this.#port.onDisconnect.addListener(() => {
      this.#port = null;
      setTimeout(() => this.#connect(), AGAIN_MS);
    });
    for (const word of this.#asked?.words ?? []) this.#tell(word);
  }

  #tell(word: ToWorker): void {
    this.#port?.postMessage(word);
  }

  async #hear(word: ToPanel): Promise<void> {
    if (word.type === "standing") this.panel.standing(word.standing);
    else if (word.type === "behaviour") this.#behave(word.behaviour);
    else if (word.type === "locate") await this.#locate();
    else if (word.panorama !== this.#asked?.panorama) return;
    else if (word.type === "located") await this.#located(word.located);
    else if (word.type === "waiting") this.panel.say(`The server is busy: trying again in ${Math.ceil(word.seconds)} s.`);
    else this.#end(word.words);
  }

  #behave(behaviour: Behaviour): void {
    const eager = behaviour.automatic && !this.#behaviour.automatic;
    this.#behaviour = behaviour;
    this.panel.behaviour(behaviour);
    if (eager) void this.#locate();
  }

  /** What has become of the page. */
  #look(): void {
    const round = this.site.refusal() ? null : this.site.round();
    if (round === this.#round) return this.#ready();
    this.#round = round;
    if (this.#asked) this.#forget();
    if (round !== null) this.panel.clear();
    this.panel.say("");
    this.#ready();
    if (round !== null && this.#behaviour.automatic) void this.#locate();
  }

  #ready(): void {
    const refusal = this.site.refusal();
    this.panel.ready(this.#round !== null, this.#asked !== null);
    if (refusal) this.panel.say(refusal);
  }

  async #locate(): Promise<void> {
    if (this.#asked || this.#round === null) return;
    const asked = { panorama: String(++this.#count), round: this.#round, words: [] as ToWorker[] };
    this.#asked = asked;
    this.panel.say("");
    this.#ready();
    this.#tell({ type: "wake" });
    try {
      await this.#capture(asked);
    } catch (error) {
      if (this.#asked === asked) this.#end(said(error));
    }
  }

  async #capture(asked: { panorama: string; words: ToWorker[] }): Promise<void> {
    const headings = this.site.headings();
    try {
      for (const heading of headings) {
        const image = await this.site.view(heading);
        if (this.#asked?.panorama !== asked.panorama) return;
        const word: ToWorker = { type: "view", panorama: asked.panorama, of: headings.length, heading, image };
        asked.words.push(word);
        this.#tell(word);
      }
    } finally {
      await this.site.restore();
    }
  }

  async #located(located: Located): Promise<void> {
    this.panel.show(located);
    if (!located.final) return;
    const round = this.#asked?.round;
    this.#end("");
    if (this.#behaviour.mode !== "play" || !this.site.plays || round !== this.#round) return;
    try {
      await this.#play(located);
    } catch (error) {
      this.panel.say(said(error), "alarm");
    }
  }

  async #play({ prediction }: Located): Promise<void> {
    const round = this.#round;
    await this.site.place(prediction.guess.lat, prediction.guess.lng);
    if (round !== this.#round) return;
    if (this.#behaviour.submit) await this.site.submit();
    else this.panel.say("The pin is placed: submit it when you agree.");
  }

  #forget(): void {
    if (this.#asked) this.#tell({ type: "drop", panorama: this.#asked.panorama });
    this.#asked = null;
  }

  /** The question is over; with words, it ended badly, and the worker may have a part of it. */
  #end(words: string): void {
    if (words) this.#forget();
    this.#asked = null;
    this.panel.say(words, words ? "alarm" : "");
    this.#ready();
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function siteHere(): Promise<Site | null> {
  if (location.hostname === "www.geoguessr.com") return geoguessr();
  if (location.hostname === "www.worldguessr.com") return worldguessr();
  if (location.protocol === "http:") return ArenaSite.isHere() ? new ArenaSite() : null;
  const text = (await chrome.runtime.sendMessage(DESCRIBE)) as string | null;
  return text === null ? null : described(location.hostname, descriptionOf(text));
}

void siteHere().then((site) => site && new Companion(site, new Panel(site)));
