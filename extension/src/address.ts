// Addresses of the server, as people type or paste them.

const SCHEMES: Record<string, string> = { "ws:": "ws:", "wss:": "wss:", "http:": "ws:", "https:": "wss:" };

export interface Address {
  /** `ws://127.0.0.1:8321` */
  server: string;
  /** The fragment's, as `homing serve` prints it; '' without one. */
  token: string;
}

/** Throws where it is no server's address; the message is for people. */
export function addressOf(typed: string): Address {
  const text = typed.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `ws://${text}`);
  } catch {
    throw new Error(`expected an address like ws://127.0.0.1:8321, got: ${text || "nothing"}`);
  }
  const scheme = SCHEMES[url.protocol];
  if (!scheme || !url.host) throw new Error(`expected an address that begins with ws:// or http://, got: ${url.protocol}`);
  return { server: `${scheme}//${url.host}`, token: new URLSearchParams(url.hash.slice(1)).get("token") ?? "" };
}

export function socketUrl(server: string): string {
  return `${server}/ws/locate`;
}

export function httpUrl(server: string, path: string): string {
  return `${server.replace(/^ws/, "http")}${path}`;
}
