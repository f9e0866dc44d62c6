// One request to the arena: bearer token, JSON, errors in words, patience while the server is away.
import type { Refusal } from "./protocol";

/** The server answered, and refused. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

/** No answer, or one of a server that is going down or coming up. */
export class Unreachable extends Error {}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5000;

export interface Request {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  token: string;
  body?: unknown;
}

/** A single try. */
export async function ask(path: string, { method = "GET", token, body }: Request): Promise<Response> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (response.status >= 500 || response.status === 429) throw new Unreachable(`the server answered ${response.status}`);
  if (!response.ok) throw new Refused(response.status, await detail(response));
  return response;
}

async function detail(response: Response): Promise<string> {
  try {
    const refusal = (await response.json()) as Partial<Refusal>;
    if (typeof refusal.detail === "string") return refusal.detail;
  } catch {
    // Not JSON: the status has to do.
  }
  return `the server answered ${response.status}`;
}

/** Keeps asking until the server answers, and says on `body[data-online]` whether it does. */
export class Line {
  online = true;
  onchange: (online: boolean) => void = () => undefined;

  /** Reads the answer with `read` inside the retry: a connection may break half-way through it. */
  async patiently<T>(path: string, request: Request, read: (response: Response) => Promise<T>): Promise<T> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.6, LONGEST_WAIT_MS)) {
      try {
        const answer = await read(await ask(path, request));
        this.#is(true);
        return answer;
      } catch (error) {
        if (error instanceof Refused) {
          this.#is(true);
          throw error;
        }
        this.#is(false);
        await delay(waitMs);
      }
    }
  }

  #is(online: boolean): void {
    document.body.dataset["online"] = online ? "1" : "0";
    if (online === this.online) return;
    this.online = online;
    this.onchange(online);
  }
}

/** Waits, but not on when the browser says that it is connected again. */
function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}
