// The arena's calls by name.
import type { MatchWord, NewMatch, NewSharedMatch, Opened, PackWord, Pin, Rating, Replay, Seated, TakeSeat } from "./protocol";
import { ARENA_SUBPROTOCOL } from "./protocol";
import { ask, type Line } from "./wire";

const BASE = "/api/arena";

/** Packs that can be played. Fails at once where the server is away: a person is waiting. */
export async function listPacks(token: string): Promise<PackWord[]> {
  return (await ask(`${BASE}/packs`, { token })).json();
}

export async function openMatch(token: string, body: NewMatch): Promise<Seated> {
  return (await ask(`${BASE}/matches`, { method: "POST", token, body })).json();
}

export async function openShared(token: string, body: NewSharedMatch): Promise<Opened> {
  return (await ask(`${BASE}/shared-matches`, { method: "POST", token, body })).json();
}

export async function listRatings(token: string): Promise<Rating[]> {
  return (await ask(`${BASE}/ratings`, { token })).json();
}

/** Takes a seat in the lobby of a match, by its invite. */
export async function takeSeat(match: string, invite: string, body: TakeSeat): Promise<Seated> {
  return (await ask(`${pathOf(match)}/seats`, { method: "POST", token: invite, body })).json();
}

/** The lobby of a match, by its invite; refused once the match has started. */
export async function lookAtLobby(match: string, invite: string): Promise<MatchWord> {
  return (await ask(pathOf(match), { token: invite })).json();
}

/** Closes the lobby, by the token of whoever opened it. */
export async function startMatch(match: string, host: string): Promise<void> {
  await ask(`${pathOf(match)}/start`, { method: "POST", token: host });
}

function pathOf(match: string): string {
  return `${BASE}/matches/${encodeURIComponent(match)}`;
}

/** One seat's calls. Each waits until the server answers; only refusals are thrown. */
export class Seat {
  readonly #path: string;

  constructor(
    match: string,
    readonly token: string,
    readonly line: Line,
  ) {
    this.#path = pathOf(match);
  }

  match(): Promise<MatchWord> {
    return this.#json("GET", "");
  }

  start(round: number): Promise<MatchWord> {
    return this.#json("POST", `/rounds/${round}/start`);
  }

  guess(round: number, pin: Pin): Promise<MatchWord> {
    return this.#json("POST", `/rounds/${round}/guess`, pin);
  }

  async pin(round: number, pin: Pin): Promise<void> {
    const request = { method: "PUT", token: this.token, body: pin } as const;
    await this.line.patiently(`${this.#path}/rounds/${round}/pin`, request, async () => undefined);
  }

  /** The connection on which the match is pushed; the token goes where no log keeps it. */
  watch(): WebSocket {
    const url = new URL(`${this.#path}/watch`, location.href.replace(/^http/, "ws"));
    return new WebSocket(url, [ARENA_SUBPROTOCOL, `token.${this.token}`]);
  }

  async replay(): Promise<Replay> {
    return this.line.patiently(`${this.#path}/replay`, { token: this.token }, (response) => response.json());
  }

  panorama(image: string): Promise<Blob> {
    return this.line.patiently(image, { token: this.token }, (response) => response.blob());
  }

  #json(method: "GET" | "POST", path: string, body?: unknown): Promise<MatchWord> {
    const request = { method, token: this.token, ...(body === undefined ? {} : { body }) };
    return this.line.patiently(this.#path + path, request, (response) => response.json());
  }
}
