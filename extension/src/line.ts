// The line to the server: opened, greeted, kept alive, and opened again with growing pauses.
import { socketUrl } from "./address";
import { failureWords } from "./inquiry";
import type { Standing } from "./port";
import type { ClientMessage, Failure, Hello, Located, ServerMessage } from "./protocol";
import { SUBPROTOCOL, VERSION } from "./protocol";

/** A service worker without a message for 30 s is put to sleep. */
export const KEEP_ALIVE_MS = 20_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Where the server is and what it wants to hear. */
export interface Server {
  server: string;
  token: string;
}

/** The world outside, for tests to replace. */
export interface Surroundings {
  open(url: string, protocols: string[]): WebSocket;
  /** Why the door stayed shut. */
  diagnose(server: Server): Promise<Standing>;
  /** Calls after a time; returns what cancels it. */
  later(ms: number, call: () => void): () => void;
  /** From 0 to 1. */
  chance(): number;
}

export class Line {
  onstanding: (standing: Standing) => void = () => undefined;
  onanswer: (answer: Located | Failure) => void = () => undefined;
  standing: Standing = { state: "connecting", words: "Connecting…" };
  #server: Server = { server: "", token: "" };
  #socket: WebSocket | null = null;
  #waitMs = FIRST_WAIT_MS;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly software: string,
    private readonly around: Surroundings,
  ) {}

  /** Another server or token: the old line is hung up. */
  turnTo(server: Server): void {
    if (server.server === this.#server.server && server.token === this.#server.token) return;
    this.#server = server;
    this.hangUp();
    this.wake();
  }

  /** Connects now, where there is no connection and none on its way. */
  wake(): void {
    if (this.#socket) return;
    this.#waitMs = FIRST_WAIT_MS;
    this.#connect();
  }

  hangUp(): void {
    this.#cancel();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** False: there is no line now. Who has something to ask asks again at the next `online`. */
  send(message: ClientMessage): boolean {
    if (this.standing.state !== "online" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #connect(): void {
    this.#cancel();
    const { server, token } = this.#server;
    if (!token) return this.#is({ state: "unset", words: "No server token yet: paste it in the options." });
    this.#is({ state: "connecting", words: "Connecting…" });
    const socket = this.around.open(socketUrl(server), [SUBPROTOCOL, `token.${token}`]);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.#greeting()));
    socket.onmessage = ({ data }) => this.#hear(socket, String(data));
    socket.onclose = () => void this.#lost(socket);
  }

  #greeting(): Hello {
    return { type: "hello", version: VERSION, software: this.software, encoder: null, bundle: null, bundles: [] };
  }

  #hear(socket: WebSocket, data: string): void {
    if (socket !== this.#socket) return;
    const message = JSON.parse(data) as ServerMessage;
    if (message.type === "hello") this.#greeted(message);
    else if (message.type === "failure" && message.code === "wrong_version") {
      this.hangUp();
      this.#is({ state: "refused", words: failureWords(message) });
    } else this.onanswer(message);
  }

  #greeted({ bundle }: Hello): void {
    this.#waitMs = FIRST_WAIT_MS;
    if (this.standing.state !== "online") this.#is({ state: "online", words: `Connected to ${bundle ?? "the server"}` });
    this.#cancel();
    this.#cancel = this.around.later(KEEP_ALIVE_MS, () => this.#socket?.send(JSON.stringify(this.#greeting())));
  }

  async #lost(socket: WebSocket): Promise<void> {
    if (socket !== this.#socket) return;
    this.#cancel();
    const standing = await this.around.diagnose(this.#server);
    if (socket !== this.#socket) return; // hung up meanwhile
    this.#socket = null;
    this.#is(standing);
    if (standing.state === "refused") return;
    this.#cancel = this.around.later(this.#waitMs * (0.75 + this.around.chance() / 2), () => this.#connect());
    this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS);
  }

  #is(standing: Standing): void {
    this.standing = standing;
    this.onstanding(standing);
  }
}
