// The home page: choose a match and start it.
import "./home.css";

import { listPacks, openMatch } from "./api";
import { keepSeat, keepServerToken, keepWish, serverToken, takeFragment } from "./keys";
import { byId } from "./page";
import type { PackWord } from "./protocol";
import { Refused, Unreachable } from "./wire";
import { fillForm, readWish, showPacks } from "./wish-form";

interface Trouble {
  title: string;
  text: string;
  command?: string;
  wantsToken?: boolean;
}

const NO_TOKEN: Trouble = {
  title: "This address is missing its token",
  text: "Open the address that the server prints when it starts:",
  command: "homing serve",
  wantsToken: true,
};
const NO_PACKS: Trouble = {
  title: "There is nothing to play yet",
  text: "Matches are played on packs of panoramas. Make one, then try again:",
  command: "homing pack --help",
};

async function arrive(): Promise<void> {
  const fields = takeFragment();
  const given = fields.get("token");
  if (given) keepServerToken(given);
  await prepare(fields);
}

async function prepare(fields: URLSearchParams): Promise<void> {
  showOnly("waiting");
  const token = serverToken();
  if (!token) return complain(NO_TOKEN);
  let packs: PackWord[];
  try {
    packs = await listPacks(token);
  } catch (error) {
    return complain(explained(error));
  }
  if (packs.length === 0) return complain(NO_PACKS);
  showPacks(packs);
  fillForm(fields);
  showOnly("wish");
}

function explained(error: unknown): Trouble {
  document.body.dataset.online = error instanceof Unreachable ? "0" : "1";
  if (error instanceof Unreachable)
    return { title: "The server does not answer", text: "Is it still running? Start it again with", command: "homing serve" };
  if (error instanceof Refused && error.status === 401)
    return { ...NO_TOKEN, title: "The server does not know this token", text: "A server that was started anew may have another one. Open the address printed by" };
  return { title: "That did not work", text: error instanceof Error ? error.message : String(error) };
}

function complain({ title, text, command = "", wantsToken = false }: Trouble): void {
  byId("trouble-title").textContent = title;
  byId("trouble-text").textContent = text;
  byId("trouble-command").textContent = command;
  byId("trouble-command").hidden = command === "";
  byId("key").hidden = !wantsToken;
  byId("retry").hidden = wantsToken;
  showOnly("trouble");
}

function showOnly(id: "waiting" | "wish" | "trouble"): void {
  for (const part of ["waiting", "wish", "trouble"]) byId(part).hidden = part !== id;
}

async function start(): Promise<void> {
  const token = serverToken();
  if (!token) return complain(NO_TOKEN);
  const button = byId<HTMLButtonElement>("start-match");
  button.disabled = true;
  byId("trouble").hidden = true;
  try {
    const wish = readWish();
    const seated = await openMatch(token, wish);
    keepSeat(seated.match, seated.seat_token);
    keepWish(seated.match, wish);
    location.assign(`/play/${encodeURIComponent(seated.match)}`);
  } catch (error) {
    complain(explained(error));
    // What was asked for cannot be had: it can be mended right here.
    byId("wish").hidden = !(error instanceof Refused) || error.status === 401;
    byId("retry").hidden ||= !byId("wish").hidden;
  } finally {
    button.disabled = false;
  }
}

byId("wish").addEventListener("submit", (event) => {
  event.preventDefault();
  void start();
});
byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  keepServerToken(byId<HTMLInputElement>("key-field").value.trim());
  void prepare(new URLSearchParams());
});
byId("retry").addEventListener("click", () => void prepare(new URLSearchParams()));
addEventListener("hashchange", () => void arrive());
void arrive();
