// Tokens: they arrive in the URL's fragment, which no server ever sees, and stay in this tab.
import type { NewMatch, Opened } from "./protocol";

const SERVER = "homing.token";

/** The fragment as fields, taken out of the address bar so that no stream or screenshot shows it. */
export function takeFragment(): URLSearchParams {
  const fields = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  return fields;
}

export function keepServerToken(token: string): void {
  sessionStorage.setItem(SERVER, token);
}

export function serverToken(): string | null {
  return sessionStorage.getItem(SERVER);
}

export function keepSeat(match: string, token: string): void {
  sessionStorage.setItem(`homing.seat.${match}`, token);
}

export function seatToken(match: string): string | null {
  return sessionStorage.getItem(`homing.seat.${match}`);
}

/** What was asked for, to ask for the like again; the match itself does not say its split. */
export function keepWish(match: string, wish: NewMatch): void {
  sessionStorage.setItem(`homing.wish.${match}`, JSON.stringify(wish));
}

export function wishOf(match: string): NewMatch | null {
  const text = sessionStorage.getItem(`homing.wish.${match}`);
  return text === null ? null : (JSON.parse(text) as NewMatch);
}

/** What opens a shared match: whoever opened it may invite others and start. */
export function keepOpened(opened: Opened): void {
  sessionStorage.setItem(`homing.opened.${opened.match}`, JSON.stringify(opened));
}

export function openedOf(match: string): Opened | null {
  const text = sessionStorage.getItem(`homing.opened.${match}`);
  return text === null ? null : (JSON.parse(text) as Opened);
}
