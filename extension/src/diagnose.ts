// Why a WebSocket was not let in. It only says "no"; the server's other doors say more.
import { httpUrl } from "./address";
import type { Server } from "./line";
import type { Standing } from "./port";

type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/**
 * A server that does not know our origin lets us read nothing, as if it were not there: `remedy`
 * says what else to try then.
 */
export async function diagnose({ server, token }: Server, remedy: string, fetch: Fetch): Promise<Standing> {
  let ready: Response;
  try {
    ready = await fetch(httpUrl(server, "/ready"), {});
  } catch {
    return away(`No server at ${server}. Start it with: ${remedy}`);
  }
  if (ready.status === 429) return away("The server asks for a pause.");
  const { status, problem } = (await ready.json()) as { status: string; problem: string | null };
  if (status === "loading") return away("The server is loading its models…");
  if (status === "draining") return away("The server is stopping…");
  if (status === "failed") return refused(`The server cannot locate: ${problem}`);
  return (await knows(server, token, fetch)) ? away("The line broke; trying again…") : unknownToken();
}

async function knows(server: string, token: string, fetch: Fetch): Promise<boolean> {
  try {
    const answer = await fetch(httpUrl(server, "/api/arena/packs"), { headers: { Authorization: `Bearer ${token}` } });
    return answer.status !== 401;
  } catch {
    return true; // gone again: that is no matter of the token
  }
}

function unknownToken(): Standing {
  return refused("The server does not know this token: paste the one that homing serve prints in the options.");
}

function away(words: string): Standing {
  return { state: "away", words };
}

function refused(words: string): Standing {
  return { state: "refused", words };
}
