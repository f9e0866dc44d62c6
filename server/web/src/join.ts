// The page behind an invitation link: who is there, a name, and a seat; or the way back to one's own.
import "./home.css";

import { lookAtLobby, takeSeat } from "./api";
import { keepSeat, keepSharedSeat, type KeptSeat, seatsIn, takeFragment } from "./keys";
import { modeName } from "./modes";
import { byId } from "./page";
import { isNameTaken, NAME_TAKEN, playerToken } from "./player";
import type { MatchWord } from "./protocol";
import { Refused, Unreachable } from "./wire";
import { list } from "./words";

const NAME = "homing.name";

const match = decodeURIComponent(location.pathname.replace(/\/+$/, "").split("/").pop() ?? "");
const fields = takeFragment();
const invite = fields.get("invite") ?? sessionStorage.getItem(`homing.invite.${match}`) ?? "";
if (invite) sessionStorage.setItem(`homing.invite.${match}`, invite);
const name = byId<HTMLInputElement>("name");
name.value = fields.get("name") ?? localStorage.getItem(NAME) ?? name.value;

function arrive(): void {
  const seats = seatsIn(match);
  byId("seats").replaceChildren(...seats.map(wayBack));
  if (seats.length === 0) void look();
  else showOnly("back");
}

/** To a seat that somebody in this browser has taken. */
function wayBack({ name, token }: KeptSeat): HTMLButtonElement {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "primary", textContent: `Go on as ${name}` });
  button.addEventListener("click", () => goOn(token));
  return button;
}

function goOn(token: string): void {
  keepSeat(match, token);
  location.assign(`/play/${encodeURIComponent(match)}`);
}

/** Nobody is asked for a name where there is no seat. */
async function look(): Promise<void> {
  showOnly("waiting");
  try {
    showLobby(await lookAtLobby(match, invite));
    showOnly("join");
  } catch (error) {
    refuse(error);
  }
}

function showLobby({ pack, seats, shared }: MatchWord): void {
  const here = seats.map((seat) => seat.name);
  byId("lobby-about").textContent = `${modeName(shared?.mode)} on ${pack}`;
  byId("lobby-seats").textContent = here.length === 0 ? "Nobody is here yet." : `${list(here)} ${here.length === 1 ? "is" : "are"} here.`;
  const team = byId<HTMLSelectElement>("team");
  const teams = Array.from({ length: shared?.teams ?? 0 }, (_, number) => new Option(`Team ${number + 1}`, String(number)));
  team.replaceChildren(new Option("Any", ""), ...teams);
  (team.parentElement as HTMLElement).hidden = teams.length === 0;
}

async function join(): Promise<void> {
  const button = byId<HTMLButtonElement>("take-seat");
  const team = byId<HTMLSelectElement>("team").value;
  const called = name.value.trim() || name.defaultValue;
  button.disabled = true;
  byId("join-problem").textContent = "";
  try {
    const wish = { name: called, team: team === "" ? null : Number(team), player_token: playerToken() };
    const seated = await takeSeat(match, invite, wish);
    localStorage.setItem(NAME, called);
    keepSharedSeat(match, { name: called, token: seated.seat_token });
    goOn(seated.seat_token);
  } catch (error) {
    button.disabled = false;
    const problem = mendable(error);
    if (problem === null) refuse(error);
    else byId("join-problem").textContent = problem;
  }
}

/** What another name, another team or another try may help against; null: nothing will. */
function mendable(error: unknown): string | null {
  if (isNameTaken(error)) return NAME_TAKEN;
  if (error instanceof Unreachable) return "The server does not answer. Try again.";
  return error instanceof Refused && error.message.startsWith("team") ? "This team is full. Choose another one." : null;
}

/** No seat is to be had here, and why. */
function refuse(error: unknown): void {
  const [title, text] = reason(error);
  byId("refusal-title").textContent = title;
  byId("refusal-text").textContent = text;
  byId("look-again").hidden = error instanceof Refused;
  showOnly("refusal");
}

function reason(error: unknown): [string, string] {
  const status = error instanceof Refused ? error.status : 0;
  if (status === 401) return ["This invitation does not fit", "Its code is not this match's. Ask for a new link."];
  if (status === 404) return ["There is no such match", "This server does not know it. Ask for a new link."];
  if (status === 409) return ["The match has started", "It is being played without you. Ask for a link to watch it, or to the next one."];
  if (status === 410) return ["The match is over", "Ask for a link to the next one."];
  if (error instanceof Unreachable) return ["The server does not answer", "Is it still running?"];
  return ["That did not work", error instanceof Error ? error.message : String(error)];
}

function showOnly(id: "waiting" | "back" | "join" | "refusal"): void {
  for (const part of ["waiting", "back", "join", "refusal"]) byId(part).hidden = part !== id;
}

byId("join").addEventListener("submit", (event) => {
  event.preventDefault();
  void join();
});
byId("somebody-else").addEventListener("click", () => {
  name.value = "";
  void look();
});
byId("look-again").addEventListener("click", () => void look());
arrive();
