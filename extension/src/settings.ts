// What is remembered, in chrome.storage.local, which only the extension's own pages may read.
import { type Described, descriptionOf, originOf } from "./description";
import type { Behaviour } from "./port";

export interface Settings extends Behaviour {
  /** `ws://127.0.0.1:8321` */
  server: string;
  token: string;
  /** Names of the sites for which the person has agreed to the terms. */
  consents: string[];
  /** Sites besides those known here. */
  described: Described[];
}

export const DEFAULTS: Settings = {
  server: "ws://127.0.0.1:8321",
  token: "",
  mode: "assist",
  automatic: false,
  submit: false,
  collapsed: false,
  consents: [],
  described: [],
};

/** Stored values, whatever they are, as settings. */
export function settingsOf(stored: Record<string, unknown>): Settings {
  const settings: Settings = { ...DEFAULTS };
  for (const name of ["automatic", "submit", "collapsed"] as const)
    if (typeof stored[name] === "boolean") settings[name] = stored[name];
  for (const name of ["server", "token"] as const) if (typeof stored[name] === "string") settings[name] = stored[name];
  if (stored.mode === "play") settings.mode = "play";
  if (Array.isArray(stored.consents)) settings.consents = stored.consents.filter((one) => typeof one === "string");
  if (Array.isArray(stored.described)) settings.described = stored.described.filter(isDescribed);
  return settings;
}

function isDescribed(one: Described): boolean {
  try {
    descriptionOf(one.text);
    return originOf(one.origin) === one.origin;
  } catch {
    return false;
  }
}

export function behaviourOf({ mode, automatic, submit, collapsed }: Settings): Behaviour {
  return { mode, automatic, submit, collapsed };
}

export async function readSettings(): Promise<Settings> {
  return settingsOf(await chrome.storage.local.get(Object.keys(DEFAULTS)));
}

export function writeSettings(change: Partial<Settings>): Promise<void> {
  return chrome.storage.local.set(change);
}
