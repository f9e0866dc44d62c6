// The calls of a study: of whoever is invited, of a person, of the experimenter.
import type { Admission, Answer, Invitation, Join, PersonWord, Progress } from "./protocol";
import { ask, type Line } from "./wire";

/** The study that the page's address names. */
export const STUDY = decodeURIComponent(location.pathname.split("/")[2] ?? "");

const PATH = `/api/experiments/${encodeURIComponent(STUDY)}`;

export function invitation(invite: string, line: Line): Promise<Invitation> {
  return line.patiently(`${PATH}/invitation`, { token: invite }, (response) => response.json());
}

/** A single try: a second one would let the same person in twice. */
export async function comeIn(invite: string, body: Join): Promise<Admission> {
  return (await ask(`${PATH}/people`, { method: "POST", token: invite, body })).json();
}

export function progress(experimenter: string, line: Line): Promise<Progress> {
  return line.patiently(`${PATH}/progress`, { token: experimenter }, (response) => response.json());
}

/** One person's calls. Each waits until the server answers; only refusals are thrown. */
export class Person {
  constructor(
    readonly token: string,
    private readonly line: Line,
  ) {}

  see(): Promise<PersonWord> {
    return this.line.patiently(`${PATH}/me`, { token: this.token }, (response) => response.json());
  }

  ready(): Promise<PersonWord> {
    return this.#post("ready");
  }

  answer(body: Answer): Promise<PersonWord> {
    return this.#post("answer", body);
  }

  data(): Promise<Blob> {
    return this.line.patiently(`${PATH}/me/data`, { token: this.token }, (response) => response.blob());
  }

  forget(): Promise<unknown> {
    const request = { method: "DELETE", token: this.token } as const;
    return this.line.patiently(`${PATH}/me`, request, async () => undefined);
  }

  #post(step: "ready" | "answer", body?: unknown): Promise<PersonWord> {
    const request = { method: "POST", token: this.token, ...(body === undefined ? {} : { body }) } as const;
    return this.line.patiently(`${PATH}/me/${step}`, request, (response) => response.json());
  }
}
