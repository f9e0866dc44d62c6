// The home page: choose a match and start it.
import "./home.css";

import { listPacks, listRatings, openMatch, openShared, takeSeat } from "./api";
import { keepOpened, keepSeat, keepServerToken, keepSharedSeat, keepWish, serverToken, takeFragment } from "./keys";
import { byId } from "./page";
import { isNameTaken, NAME_TAKEN, playerToken } from "./player";
import type { NewMatch, PackWord } from "./protocol";
import { showRatings } from "./ratings";
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
  listRatings(token).then(showRatings, () => undefined); // they are no reason to wait, or to complain
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
    const match = await seatedIn(token, wish);
    keepWish(match, wish);
    location.assign(`/play/${encodeURIComponent(match)}`);
  } catch (error) {
    complain(isNameTaken(error) ? { title: "Not under this name", text: NAME_TAKEN } : explained(error));
    // What was asked for cannot be had: it can be mended right here.
    byId("wish").hidden = !(error instanceof Refused) || error.status === 401;
    byId("retry").hidden ||= !byId("wish").hidden;
  } finally {
    button.disabled = false;
  }
}

/** A match of one's own, or one with others whose first seat this is. */
async function seatedIn(token: string, wish: Required<NewMatch>): Promise<string> {
  const shared = readShared(wish);
  if (!shared) {
    const { match, seat_token } = await openMatch(token, wish);
    keepSeat(match, seat_token);
    return match;
  }
  const opened = await openShared(token, shared);
  const seat = { name: wish.name, team: null, player_token: playerToken() };
  const seated = await takeSeat(opened.match, opened.invite, seat);
  keepOpened(opened);
  keepSharedSeat(opened.match, { name: wish.name, token: seated.seat_token });
  return opened.match;
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
