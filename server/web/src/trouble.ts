// What went wrong, in words, with what can be done about it.
import { byId } from "./page";
import { Refused, Unreachable } from "./wire";

export interface Trouble {
  title: string;
  text: string;
  command?: string;
  wantsToken?: boolean;
}

export const NO_TOKEN: Trouble = {
  title: "This address is missing its token",
  text: "Open the address that the server prints when it starts:",
  command: "homing serve",
  wantsToken: true,
};

export function explained(error: unknown, title = "That did not work"): Trouble {
  document.body.dataset["online"] = error instanceof Unreachable ? "0" : "1";
  if (error instanceof Unreachable)
    return { title: "The server does not answer", text: "Is it still running? Start it again with", command: "homing serve" };
  if (error instanceof Refused && error.status === 401)
    return { ...NO_TOKEN, title: "The server does not know this token", text: "A server that was started anew may have another one. Open the address printed by" };
  return { title, text: error instanceof Error ? error.message : String(error) };
}

/** Fills the page's #trouble; to show it is the page's. */
export function tell({ title, text, command = "", wantsToken = false }: Trouble): void {
  byId("trouble-title").textContent = title;
  byId("trouble-text").textContent = text;
  byId("trouble-command").textContent = command;
  byId("trouble-command").hidden = command === "";
  byId("key").hidden = !wantsToken;
  byId("retry").hidden = wantsToken;
}
