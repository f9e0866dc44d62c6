// The panel beside the game: a closed shadow tree that the page neither styles nor hears.
import { dragged } from "./dragged";
import { drawn, made } from "./drawn";
import { littleMap } from "./little-map";
import panelCss from "./panel.css";
import type { Behaviour, Standing } from "./port";
import type { Located, RankedGeocell } from "./protocol";
import { distance, percent, place, points } from "./words";

const TOP = 5;
/** The page shall not take keys and clicks of the panel for its own. */
const KEPT = ["keydown", "keyup", "keypress", "click", "dblclick", "wheel", "contextmenu", "pointerdown", "mousedown", "touchstart"];

const CHEVRON = "m6 9 6 6 6-6";
const BIRD = [
  ["#dfe7f2", "M47.5 15.5 43 25.5c-1.2 8.5-6 14.5-13 16.5L17.5 50l5.5-11.5C20 33 23.5 25 33 22.5l5-1.8c1.5-3 5.5-5.5 9.5-5.2Z"],
  ["#ffb020", "M36 25.5C26.5 22 17.5 16 14 11.5c-.5 9.5 4 18 12.5 22.5Z"],
  ["#ffd27a", "M38 27.5c2.5 7.5 8.5 14.5 14 18-8 2.5-17.5-1.5-22-9.5Z"],
] as const;

export class Panel {
  onlocate: () => void = () => undefined;
  onbehave: (change: Partial<Behaviour>) => void = () => undefined;
  onoptions: () => void = () => undefined;

  readonly #host = document.createElement("homing-panel");
  readonly #line = made("p", { class: "line" });
  readonly #news = made("p", { class: "news", role: "status" });
  readonly #answer = made("div", { class: "answer" });
  readonly #locate = made("button", { type: "button", class: "primary" }, "Locate now");
  readonly #assist = made("button", { type: "button", "data-mode": "assist" }, "Assist");
  readonly #play = made("button", { type: "button", "data-mode": "play" }, "Play");
  readonly #modes = made("div", { class: "modes", role: "group", "aria-label": "Mode" }, this.#assist, this.#play);
  readonly #automatic = made("input", { type: "checkbox", role: "switch" });
  readonly #submit = made("input", { type: "checkbox", role: "switch" });
  readonly #submitRow = made("label", {}, this.#submit, "Submit the pin, too");
  readonly #fold = made("button", { type: "button", class: "fold" }, picture("0 0 24 24", CHEVRON));
  #trouble = "";
  #said: { words: string; tone: "" | "alarm" } = { words: "", tone: "" };
  readonly #body: HTMLElement;
  readonly #box: HTMLElement;

  constructor({ name, plays }: { name: string; plays: boolean }) {
    const logo = drawn("svg", { viewBox: "0 0 64 64", "aria-hidden": "true", class: "logo" });
    logo.append(drawn("circle", { cx: 32, cy: 32, r: 30, fill: "#141d2f" }), ...BIRD.map(([fill, d]) => drawn("path", { fill, d })));
    const head = made("header", { title: "Drag to move" }, logo, made("b", {}, "Homing"), this.#line, this.#fold);
    const options = made("button", { type: "button", class: "link" }, "Options");
    const wishes = [made("label", {}, this.#automatic, "Each new round by itself"), ...(plays ? [this.#submitRow] : [])];
    const foot = made("footer", {}, this.#locate, ...(plays ? [this.#modes] : []), ...wishes);
    this.#body = made("div", { class: "body" }, this.#news, this.#answer, foot, options);
    this.#box = made("section", { "aria-label": "Homing", class: "box" }, head, this.#body);
    this.#host.dataset.site = name;
    const shadow = this.#host.attachShadow({ mode: "closed" });
    shadow.append(made("style", {}, panelCss), this.#box);
    for (const kind of KEPT) this.#host.addEventListener(kind, (event) => event.stopPropagation());
    this.#listen(options);
    dragged(this.#host, head);
    document.documentElement.append(this.#host);
  }

  standing({ state, words }: Standing): void {
    this.#box.dataset.state = state;
    this.#line.textContent = this.#line.title = state === "online" ? words : "";
    this.#trouble = state === "online" ? "" : words;
    this.#tell();
  }

  behaviour({ mode, automatic, submit, collapsed }: Behaviour): void {
    this.#assist.setAttribute("aria-pressed", String(mode === "assist"));
    this.#play.setAttribute("aria-pressed", String(mode === "play"));
    this.#automatic.checked = automatic;
    this.#submit.checked = submit;
    this.#submitRow.hidden = mode !== "play";
    this.#box.classList.toggle("collapsed", collapsed);
    this.#body.hidden = collapsed;
    this.#fold.setAttribute("aria-expanded", String(!collapsed));
    this.#fold.setAttribute("aria-label", collapsed ? "Unfold Homing" : "Fold Homing");
  }

  /** One line of news, in the colour of trouble where it is `alarm`; a broken line goes before it. */
  say(words: string, tone: "" | "alarm" = ""): void {
    this.#said = { words, tone };
    this.#tell();
  }

  /** Whether a picture can be taken now. */
  ready(can: boolean, busy: boolean): void {
    this.#box.classList.toggle("idle", !can);
    this.#locate.disabled = !can || busy;
    this.#locate.textContent = busy ? "Looking…" : "Locate now";
  }

  show({ prediction, views, final }: Located): void {
    const [best, ...others] = prediction.geocells.slice(0, TOP);
    const { lat, lng } = prediction.guess;
    const where = `${place(lat, lng)}${final ? "" : ` · after ${views} of its views`}`;
    this.#answer.replaceChildren(
      made("div", { class: "best" }, made("h2", {}, best?.name ?? place(lat, lng)), made("b", {}, percent(best?.probability ?? 0))),
      made("p", { class: "where" }, where),
      littleMap(prediction),
      numbers([
        ["Half within", distance(prediction.radius_50_km)],
        ["90 % within", distance(prediction.radius_90_km)],
        ["Points", points(prediction.expected_score)],
      ]),
      made("ol", { start: 2 }, ...others.map(cell)),
      made("p", { class: "reason" }, prediction.reason),
    );
  }

  clear(): void {
    this.#answer.replaceChildren();
  }

  #tell(): void {
    const { words, tone } = this.#trouble ? { words: this.#trouble, tone: "alarm" } : this.#said;
    this.#news.textContent = words;
    this.#news.dataset.tone = this.#box.dataset.state === "connecting" ? "" : tone;
  }

  #listen(options: HTMLElement): void {
    this.#locate.addEventListener("click", () => this.onlocate());
    this.#assist.addEventListener("click", () => this.onbehave({ mode: "assist" }));
    this.#play.addEventListener("click", () => this.onbehave({ mode: "play" }));
    this.#automatic.addEventListener("change", () => this.onbehave({ automatic: this.#automatic.checked }));
    this.#submit.addEventListener("change", () => this.onbehave({ submit: this.#submit.checked }));
    this.#fold.addEventListener("click", () => this.onbehave({ collapsed: !this.#body.hidden }));
    options.addEventListener("click", () => this.onoptions());
  }
}

/** A long name keeps its beginning and its country. */
function cell({ name, probability }: RankedGeocell): HTMLElement {
  const [first = name, ...rest] = name.split(", ");
  const words = made("span", { title: name }, made("span", {}, first), made("i", {}, rest.at(-1) ?? ""));
  const bar = made("progress", { max: 1, value: probability, "aria-hidden": "true" });
  return made("li", {}, words, made("b", {}, percent(probability)), bar);
}

function numbers(rows: [string, string][]): HTMLElement {
  return made("dl", {}, ...rows.map(([name, value]) => made("div", {}, made("dt", {}, name), made("dd", {}, value))));
}

function picture(viewBox: string, path: string): SVGElement {
  const svg = drawn("svg", { viewBox, "aria-hidden": "true" });
  svg.append(drawn("path", { d: path }));
  return svg;
}
