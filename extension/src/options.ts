// The options page.
import { addressOf } from "./address";
import { descriptionOf, originOf } from "./description";
import { made } from "./drawn";
import type { Standing, ToPanel } from "./port";
import { readSettings, type Settings, writeSettings } from "./settings";
import { otherSites, type OtherSite } from "./sites/catalogue";

function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`expected an element #${id}, got none`);
  return element as T;
}

const server = byId<HTMLInputElement>("server");
const token = byId<HTMLInputElement>("token");

async function open(): Promise<void> {
  const settings = await readSettings();
  server.value = settings.server;
  token.value = settings.token;
  server.addEventListener("input", takeToken);
  byId("server-form").addEventListener("submit", (event) => void save(event));
  showBehaviour(settings);
  await showSites(settings);
  byId("describe-form").addEventListener("submit", (event) => void describe(event));
  const shortcut = (await chrome.commands.getAll()).find((one) => one.name === "locate")?.shortcut;
  byId("shortcut").textContent = shortcut || "no shortcut yet";
  listenToLine();
}

/** A pasted address brings its token along. */
function takeToken(): void {
  try {
    const address = addressOf(server.value);
    if (!address.token) return;
    token.value = address.token;
    server.value = address.server;
  } catch {
    // Not finished typing: it is looked at when it is saved.
  }
}

async function save(event: Event): Promise<void> {
  event.preventDefault();
  const news = byId("server-news");
  try {
    const address = addressOf(server.value);
    if (!/^[\w.~-]+$/.test(token.value)) throw new Error("expected the token that homing serve prints");
    await writeSettings({ server: address.server, token: token.value });
    server.value = address.server;
    news.textContent = "Saved";
    delete news.dataset.tone;
    line?.postMessage({ type: "wake" });
  } catch (error) {
    complain(news, error);
  }
}

function complain(news: HTMLElement, error: unknown): void {
  news.textContent = `Not saved: ${error instanceof Error ? error.message : String(error)}`;
  news.dataset.tone = "alarm";
}

/** Keeps a description, or with an empty one forgets the site; it is switched on by its card. */
async function describe(event: Event): Promise<void> {
  event.preventDefault();
  const news = byId("describe-news");
  try {
    const origin = originOf(byId<HTMLInputElement>("origin").value);
    const text = byId<HTMLTextAreaElement>("description").value.trim();
    if (text) descriptionOf(text);
    const { described, consents } = await readSettings();
    const others = described.filter((one) => one.origin !== origin);
    if (text) await writeSettings({ described: [...others, { origin, text }] });
    else await writeSettings({ described: others, consents: consents.filter((name) => name !== new URL(origin).hostname) });
    await showSites(await readSettings());
    news.textContent = text ? "Kept: switch it on above" : "Forgotten";
    delete news.dataset.tone;
  } catch (error) {
    complain(news, error);
  }
}

async function showSites({ described, consents }: Settings): Promise<void> {
  const cards = otherSites(described).map((site) => siteCard(site, consents));
  byId("sites").replaceChildren(...(await Promise.all(cards)));
}

function showBehaviour({ mode, automatic, submit }: Settings): void {
  for (const choice of document.querySelectorAll<HTMLInputElement>("[name=mode]")) {
    choice.checked = choice.value === mode;
    choice.addEventListener("change", () => void writeSettings({ mode: choice.value === "play" ? "play" : "assist" }));
  }
  for (const [id, on] of [["automatic", automatic], ["submit", submit]] as const) {
    const box = byId<HTMLInputElement>(id);
    box.checked = on;
    box.addEventListener("change", () => void writeSettings({ [id]: box.checked }));
  }
}

async function siteCard(site: OtherSite, consents: string[]): Promise<HTMLElement> {
  const box = made("input", { type: "checkbox", role: "switch", "data-site": site.name });
  box.checked = consents.includes(site.name) && (await chrome.permissions.contains({ origins: site.matches }));
  const agree = "I have read this and the site's own terms, I play alone, and I take the consequences.";
  const consent = made("input", { type: "checkbox", "data-consent": site.name });
  consent.checked = box.checked;
  box.disabled = !consent.checked;
  consent.addEventListener("change", () => {
    box.disabled = !consent.checked;
    if (consent.checked) return;
    box.checked = false;
    void switchSite(site, box);
  });
  box.addEventListener("change", () => void switchSite(site, box));
  return made(
    "fieldset",
    {},
    made("legend", {}, site.title),
    made("p", {}, site.terms),
    made("label", { class: "tick" }, consent, agree),
    made("label", { class: "switch" }, box, site.does),
  );
}

async function switchSite({ name, matches }: OtherSite, box: HTMLInputElement): Promise<void> {
  // Chromium asks the person, but only within a click: nothing may be awaited before.
  const given = box.checked ? await chrome.permissions.request({ origins: matches }) : false;
  box.checked = given;
  const others = (await readSettings()).consents.filter((one) => one !== name);
  await writeSettings({ consents: given ? [...others, name] : others });
  if (!given) await chrome.permissions.remove({ origins: matches }).catch(() => false);
}

let line: chrome.runtime.Port | null = null;

/** Shows how the worker stands with the server. */
function listenToLine(): void {
  line = chrome.runtime.connect({ name: "options" });
  line.onMessage.addListener((word) => {
    const said = word as ToPanel;
    if (said.type === "standing") showStanding(said.standing);
  });
  line.onDisconnect.addListener(() => setTimeout(listenToLine, 1000));
}

function showStanding({ state, words }: Standing): void {
  byId("line").textContent = words;
  byId("line").dataset.state = state;
}

void open();
