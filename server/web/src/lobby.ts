// Before a shared match: who has come, how others come, and the button that starts it.
import { startMatch } from "./api";
import type { Feed } from "./feed";
import { veil } from "./hud";
import { openedOf } from "./keys";
import { modeName } from "./modes";
import { byId, setPhase } from "./page";
import type { MatchWord, Opened } from "./protocol";

/** Shows the lobby until the match is started, and resolves with it. */
export async function waitInLobby(match: MatchWord, feed: Feed): Promise<MatchWord> {
  setPhase("lobby");
  veil(null);
  const panel = byId("lobby");
  const opened = openedOf(match.match);
  byId("lobby-links").hidden = opened === null;
  byId("start-shared").hidden = opened === null;
  if (opened) offer(opened);
  show(match, opened);
  panel.hidden = false;
  const started = await feed.until(
    (news) => news.phase !== "lobby",
    (news) => show(news, opened),
  );
  panel.hidden = true;
  return started;
}

function offer(opened: Opened): void {
  const path = encodeURIComponent(opened.match);
  link("invite", `${location.origin}/join/${path}#invite=${opened.invite}`);
  link("watch", `${location.origin}/play/${path}#seat=${opened.watch_token}`);
  byId("start-shared").addEventListener("click", () => void begin(opened));
}

function link(name: "invite" | "watch", address: string): void {
  byId<HTMLInputElement>(`${name}-link`).value = address;
  const button = byId<HTMLButtonElement>(`copy-${name}`);
  button.addEventListener("click", () => {
    byId<HTMLInputElement>(`${name}-link`).select();
    void navigator.clipboard.writeText(address).then(() => (button.textContent = "Copied"));
  });
}

async function begin(opened: Opened): Promise<void> {
  const button = byId<HTMLButtonElement>("start-shared");
  button.disabled = true;
  try {
    await startMatch(opened.match, opened.host_token);
  } catch (error) {
    byId("lobby-problem").textContent = error instanceof Error ? error.message : String(error);
    button.disabled = false;
  }
}

function show(match: MatchWord, opened: Opened | null): void {
  const { seats, shared } = match;
  const wished = shared?.seats ?? seats.length;
  byId("lobby-about").textContent = `${modeName(shared?.mode)} on ${match.pack}`;
  byId("lobby-count").textContent = `${seats.length} of ${wished} are here`;
  byId("lobby-seats").replaceChildren(
    ...Array.from({ length: wished }, (_, number) => chair(match, number)),
  );
  const enough = seats.length >= (shared?.mode === "classic" ? 1 : 2);
  const button = byId<HTMLButtonElement>("start-shared");
  button.disabled = !enough;
  button.textContent = enough ? `Start with ${seats.length}` : "Waiting for another player";
  byId("lobby-hint").hidden = opened !== null;
}

function chair(match: MatchWord, number: number): HTMLLIElement {
  const item = document.createElement("li");
  const seat = match.seats[number];
  item.className = seat ? `side-${seat.side % 8}` : "free";
  const team = seat && match.shared?.teams ? ` · Team ${seat.side + 1}` : "";
  item.textContent = seat ? `${seat.name}${team}${number === match.seat ? " (you)" : ""}` : "free";
  return item;
}
