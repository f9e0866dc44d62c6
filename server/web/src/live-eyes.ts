// What one player's bot sees and thinks: its views as they come, and the likeliest places.
import type { LiveFeed } from "./live-feed";
import type { RankedGeocell, ShownView, ShowWord } from "./protocol";

const SLOTS = 4;
const PLACES = 5;
const WINDS = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];

export class Eyes {
  readonly #views: HTMLElement[];
  readonly #places = document.createElement("ol");
  readonly #title = document.createElement("p");
  #shown = "";
  #have = new Set<number>();
  #heated = new Set<number>();

  constructor(
    private readonly host: HTMLElement,
    private readonly seat: number,
    private readonly feed: LiveFeed,
  ) {
    const views = document.createElement("div");
    views.className = "views";
    this.#views = Array.from({ length: SLOTS }, () => document.createElement("figure"));
    views.append(...this.#views);
    const panel = document.createElement("div");
    panel.className = "places panel";
    this.#title.className = "places-title";
    panel.append(this.#title, this.#places);
    host.append(views, panel);
  }

  show(word: ShowWord): void {
    const seat = word.seats[this.seat];
    this.host.classList.toggle("nobody", !seat);
    if (!seat) return;
    const shown = `${word.stage}/${word.round}/${seat.name}`;
    if (shown !== this.#shown) this.#clear(shown);
    const heated = seat.views.filter((view) => view.heat);
    // A rewound show has fewer of them again.
    if (seat.views.length < this.#have.size || heated.length < this.#heated.size) this.#clear(shown);
    for (const view of seat.views) void this.#open(word.round, view);
    const cells = seat.belief?.cells.slice(0, PLACES) ?? [];
    const views = seat.belief?.views ?? 0;
    this.#title.textContent = views ? `After ${views} ${views === 1 ? "view" : "views"}` : "Looking around";
    this.#places.replaceChildren(...cells.map(row));
    this.host.classList.toggle("thinking", word.phase === "round" && !seat.locked);
  }

  #clear(shown: string): void {
    this.#shown = shown;
    this.#have.clear();
    this.#heated.clear();
    for (const slot of this.#views) {
      for (const image of slot.querySelectorAll("img")) URL.revokeObjectURL(image.src);
      slot.replaceChildren();
    }
  }

  async #open(round: number, view: ShownView): Promise<void> {
    const slot = this.#views[view.number - 1];
    if (!slot) return;
    if (view.heat) void this.#heat(slot, round, view);
    if (this.#have.has(view.number)) return;
    this.#have.add(view.number);
    const shown = this.#shown;
    const source = await this.feed.view(round, this.seat, view.number);
    if (shown !== this.#shown) return;
    if (!source) {
      this.#have.delete(view.number); // lost on its way: the next word names it again
      return;
    }
    const label = document.createElement("figcaption");
    label.textContent = wind(view.heading);
    slot.prepend(picture(source, `View to ${wind(view.heading)}`), label);
  }

  /** What in the view spoke for the guess, over it. */
  async #heat(slot: HTMLElement, round: number, view: ShownView): Promise<void> {
    if (this.#heated.has(view.number)) return;
    this.#heated.add(view.number);
    const shown = this.#shown;
    const source = await this.feed.view(round, this.seat, view.number, "/heat");
    if (shown !== this.#shown) return;
    if (!source) {
      this.#heated.delete(view.number);
      return;
    }
    const image = picture(source, `What spoke for the guess in the view to ${wind(view.heading)}`);
    image.className = "looked";
    slot.append(image);
  }
}

function picture(source: string, alt: string): HTMLImageElement {
  const image = new Image();
  image.alt = alt;
  image.src = source;
  return image;
}

function wind(heading: number): string {
  return WINDS[Math.round(heading / 45) % 8] ?? "N";
}

function row(cell: RankedGeocell): HTMLLIElement {
  const item = document.createElement("li");
  const [name, share, bar] = ["span", "b", "i"].map((tag) => document.createElement(tag)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  name.textContent = cell.name;
  const percent = cell.probability * 100;
  share.textContent = percent < 1 ? "<1 %" : `${Math.round(percent)} %`;
  bar.style.width = `${percent}%`;
  item.append(name, share, bar);
  return item;
}
