// The service worker: owns the line to the server, serves the panels of all tabs.
import { diagnose } from "./diagnose";
import { failureWords, Inquiry, retryAfterS } from "./inquiry";
import { Line } from "./line";
import { DESCRIBE, type Standing, type ToPanel, type ToWorker } from "./port";
import type { Failure, Located } from "./protocol";
import { behaviourOf, readSettings, writeSettings } from "./settings";
import { syncSites } from "./site-scripts";

interface Asked {
  panel: chrome.runtime.Port;
  panorama: string;
  inquiry: Inquiry;
}

/** With the manifest's key; the server's settings name it. From the store we have another one. */
const KNOWN = "chrome-extension://apnclgoidkpjmjijhabaofibpcdcddde/";
const own = chrome.runtime.getURL("");
const START = own === KNOWN ? "homing serve" : `HOMING_ORIGINS=${own.slice(0, -1)} homing serve`;

const panels = new Set<chrome.runtime.Port>();
const asked = new Set<Asked>();
let count = 0;

const line = new Line(`homing extension ${chrome.runtime.getManifest().version}`, {
  open: (url, protocols) => new WebSocket(url, protocols),
  diagnose: (server) => diagnose(server, START, (url, options) => fetch(url, options)),
  later: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  chance: Math.random,
});
line.onstanding = onStanding;
line.onanswer = onAnswer;

// Pages, and what runs in them, cannot read the token.
const locked = chrome.storage.local.setAccessLevel({ accessLevel: "TRUSTED_CONTEXTS" });
let synced = Promise.resolve();
void sync();
chrome.runtime.onInstalled.addListener(() => void onInstalled());
chrome.storage.onChanged.addListener(() => void onSettings());
chrome.runtime.onConnect.addListener(onPanel);
chrome.runtime.onMessage.addListener((message, { origin }, answer) => {
  if (message === DESCRIBE) void describe(origin).then(answer);
  return message === DESCRIBE;
});
chrome.action.onClicked.addListener((tab) => locateIn(tab));
chrome.commands.onCommand.addListener((command, tab) => {
  if (command === "locate") locateIn(tab);
});

/** Done here, one after another: the options page may be closed the moment its switch was pressed. */
function sync(): Promise<void> {
  return (synced = synced.then(syncSites).catch((error: unknown) => console.error("sites:", error)));
}

async function onInstalled(): Promise<void> {
  await sync();
  if (!(await readSettings()).token) await chrome.runtime.openOptionsPage();
}

function onPanel(panel: chrome.runtime.Port): void {
  panels.add(panel);
  panel.onMessage.addListener((message) => onWord(panel, message as ToWorker));
  panel.onDisconnect.addListener(() => onGone(panel));
  void greet(panel);
}

/** What the person has written about the site itself, and nothing of another. */
async function describe(origin: string | undefined): Promise<string | null> {
  return (await readSettings()).described.find((one) => one.origin === origin)?.text ?? null;
}

async function greet(panel: chrome.runtime.Port): Promise<void> {
  await locked;
  const settings = await readSettings();
  tell(panel, { type: "behaviour", behaviour: behaviourOf(settings) });
  line.turnTo(settings);
  line.wake();
  tell(panel, { type: "standing", standing: line.standing });
}

/** With the last panel the line goes, and the worker may sleep. */
function onGone(panel: chrome.runtime.Port): void {
  panels.delete(panel);
  for (const one of asked) if (one.panel === panel) asked.delete(one);
  if (panels.size === 0) line.hangUp();
}

function onWord(panel: chrome.runtime.Port, word: ToWorker): void {
  if (word.type === "view") onView(panel, word);
  else if (word.type === "drop") forget(panel, word.panorama);
  else if (word.type === "behave") void writeSettings(word.change);
  else if (word.type === "wake") line.wake();
  else void chrome.runtime.openOptionsPage();
}

function onView(panel: chrome.runtime.Port, view: Extract<ToWorker, { type: "view" }>): void {
  let one = [...asked].find((other) => other.panel === panel && other.panorama === view.panorama);
  if (!one) {
    one = { panel, panorama: view.panorama, inquiry: new Inquiry(`panorama-${++count}`, view.of) };
    asked.add(one);
  }
  one.inquiry.add({ heading: view.heading, image: view.image });
  send(one);
}

function forget(panel: chrome.runtime.Port, panorama: string): void {
  for (const one of asked) if (one.panel === panel && one.panorama === panorama) asked.delete(one);
}

function send({ inquiry }: Asked): void {
  if (line.standing.state === "online") inquiry.unsent().forEach((frame) => line.send(frame));
}

function onStanding(standing: Standing): void {
  if (standing.state === "online")
    for (const one of asked) {
      one.inquiry.restart();
      send(one);
    }
  for (const panel of panels) tell(panel, { type: "standing", standing });
}

function onAnswer(answer: Located | Failure): void {
  const one = [...asked].find(({ inquiry }) => inquiry.id === answer.id);
  if (!one) return;
  if (answer.type === "failure") return onFailure(one, answer);
  if (answer.final) asked.delete(one);
  tell(one.panel, { type: "located", panorama: one.panorama, located: answer });
}

function onFailure(one: Asked, failure: Failure): void {
  if (failure.code === "closing") return; // the line will break, and with the next one all is sent again
  const { panel, panorama, inquiry } = one;
  const seconds = retryAfterS(failure, Math.random());
  if (seconds === null) {
    asked.delete(one);
    tell(panel, { type: "failed", panorama, words: failureWords(failure) });
    return;
  }
  tell(panel, { type: "waiting", panorama, seconds });
  inquiry.restart();
  setTimeout(() => asked.has(one) && send(one), 1000 * seconds);
}

async function onSettings(): Promise<void> {
  void sync();
  const settings = await readSettings();
  for (const panel of panels) tell(panel, { type: "behaviour", behaviour: behaviourOf(settings) });
  if (panels.size > 0) line.turnTo(settings);
}

function locateIn(tab: chrome.tabs.Tab | undefined): void {
  const here = [...panels].filter((panel) => panel.sender?.tab?.id === tab?.id);
  if (here.length === 0) void chrome.runtime.openOptionsPage();
  for (const panel of here) tell(panel, { type: "locate" });
}

function tell(panel: chrome.runtime.Port, word: ToPanel): void {
  if (panels.has(panel)) panel.postMessage(word);
}
