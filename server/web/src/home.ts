// The home page: choose a match and start it.
import "./home.css";

import { listPacks, openMatch, openShared, takeSeat } from "./api";
import { keepOpened, keepSeat, keepServerToken, keepWish, serverToken, takeFragment } from "./keys";
import { byId } from "./page";
import type { NewMatch, PackWord, Seated } from "./protocol";
import { explained, NO_TOKEN, tell, type Trouble } from "./trouble";
import { Refused } from "./wire";
import { fillForm, readShared, readWish, showPacks } from "./wish-form";

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

function complain(trouble: Trouble): void {
  tell(trouble);
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
    const seated = await seatedBy(token, wish);
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

/** A match of one's own, or one with others whose first seat this is. */
async function seatedBy(token: string, wish: Required<NewMatch>): Promise<Seated> {
  const shared = readShared(wish);
  if (!shared) return openMatch(token, wish);
  const opened = await openShared(token, shared);
  keepOpened(opened);
  return takeSeat(opened.match, opened.invite, { name: wish.name, team: null, player_token: null });
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
