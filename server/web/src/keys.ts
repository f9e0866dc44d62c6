// Tokens: they arrive in the URL's fragment, which no server ever sees, and stay in this tab. Those of
// shared matches stay in the browser for a day, so that a tab that was closed can be opened again.
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

/** This tab's; else the one that was taken last in this browser. */
export function seatToken(match: string): string | null {
  return sessionStorage.getItem(`homing.seat.${match}`) ?? seatsIn(match).at(-1)?.token ?? null;
}

/** A seat in a shared match. */
export interface KeptSeat {
  name: string;
  token: string;
}

/** Beyond the tab: two people at one machine have a seat each. */
export function keepSharedSeat(match: string, seat: KeptSeat): void {
  keepSeat(match, seat.token);
  keepForADay(`homing.seats.${match}`, [...seatsIn(match), seat]);
}

/** This browser's seats, in the order in which they were taken. */
export function seatsIn(match: string): KeptSeat[] {
  return kept<KeptSeat[]>(`homing.seats.${match}`) ?? [];
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
  keepForADay(`homing.opened.${opened.match}`, opened);
}

export function openedOf(match: string): Opened | null {
  return kept(`homing.opened.${match}`);
}

const DAY_MS = 24 * 3600 * 1000;
const PASSING = /^homing\.(seats|opened)\./;

interface Kept {
  until: number;
  value: unknown;
}

function keepForADay(key: string, value: unknown): void {
  for (const old of Object.keys(localStorage)) if (PASSING.test(old) && kept(old) === null) localStorage.removeItem(old);
  localStorage.setItem(key, JSON.stringify({ until: Date.now() + DAY_MS, value } satisfies Kept));
}

function kept<T>(key: string): T | null {
  const { until, value } = JSON.parse(localStorage.getItem(key) ?? '{"until":0}') as Kept;
  return until > Date.now() ? (value as T) : null;
}
