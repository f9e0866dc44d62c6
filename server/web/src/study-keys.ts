// What a study leaves in the browser: the invite in the tab, the person's token beyond it, so that
// a laptop that was shut or a phone that forgot its tabs comes back to the same place.
import { keepSeat } from "./keys";
import type { TableWord } from "./protocol";

const person = (study: string): string => `homing.study.${study}.person`;
const invite = (study: string): string => `homing.study.${study}.invite`;
const of = (match: string): string => `homing.study.of.${match}`;

export function keepPerson(study: string, token: string): void {
  localStorage.setItem(person(study), token);
}

export function personToken(study: string): string | null {
  return localStorage.getItem(person(study));
}

export function dropPerson(study: string): void {
  localStorage.removeItem(person(study));
}

export function keepInvite(study: string, token: string): void {
  sessionStorage.setItem(invite(study), token);
}

export function inviteToken(study: string): string | null {
  return sessionStorage.getItem(invite(study));
}

/** The seat at a table of the study, for the play page; where that page leads back to. */
export function keepTable(study: string, table: TableWord): string {
  keepSeat(table.match, table.seat_token);
  sessionStorage.setItem(of(table.match), study);
  return `/play/${encodeURIComponent(table.match)}`;
}

/** The study's page that a match belongs to; null: the match belongs to none. */
export function wayBack(match: string): string | null {
  const study = sessionStorage.getItem(of(match));
  return study === null ? null : `/study/${encodeURIComponent(study)}`;
}
