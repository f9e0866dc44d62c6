// The page behind an invitation link: a name, and a seat.
import "./home.css";

import { takeSeat } from "./api";
import { keepSeat, takeFragment } from "./keys";
import { byId } from "./page";
import { Refused } from "./wire";

const NAME = "homing.name";
const MOST_TEAMS = 8;

const match = decodeURIComponent(location.pathname.replace(/\/+$/, "").split("/").pop() ?? "");
const fields = takeFragment();
const invite = fields.get("invite") ?? sessionStorage.getItem(`homing.invite.${match}`) ?? "";
if (invite) sessionStorage.setItem(`homing.invite.${match}`, invite);
const name = byId<HTMLInputElement>("name");
name.value = fields.get("name") ?? localStorage.getItem(NAME) ?? name.value;
const team = byId<HTMLSelectElement>("team");
const teams = Math.min(MOST_TEAMS, Number(fields.get("teams") ?? 0));
for (let number = 0; number < teams; number++) team.add(new Option(`Team ${number + 1}`, String(number)));
(team.parentElement as HTMLElement).hidden = teams === 0;

async function join(): Promise<void> {
  const button = byId<HTMLButtonElement>("take-seat");
  button.disabled = true;
  try {
    const wish = { name: name.value.trim() || "Player", team: team.value === "" ? null : Number(team.value) };
    const seated = await takeSeat(match, invite, { ...wish, player_token: null });
    localStorage.setItem(NAME, wish.name);
    keepSeat(match, seated.seat_token);
    location.assign(`/play/${encodeURIComponent(match)}`);
  } catch (error) {
    byId("join-problem").textContent = explained(error);
    button.disabled = false;
  }
}

function explained(error: unknown): string {
  if (error instanceof Refused && error.status === 401) return "This invitation does not fit any more. Ask for a new link.";
  if (error instanceof Refused && error.status === 404) return "There is no such match on this server.";
  return error instanceof Error ? error.message : String(error);
}

byId("join").addEventListener("submit", (event) => {
  event.preventDefault();
  void join();
});
