// A site as a person describes it: the words are those of the bot's own file (bot/sites/openguessr.py),
// in JSON; of them only what is needed here. Pure.

export interface Description {
  /** Paths of games that are played alone: regular expressions of the whole path and query. */
  private: string[];
  /** A page that shows one of these is left alone: regular expressions. */
  refused_words?: string[];
  hfov_deg?: number;
  /** Selectors. */
  things: { panorama: string; map: string; guess: string; result: string; tiles?: string; pin?: string; round_number?: string; loading?: string };
}

/** A site and its description, as they are stored. */
export interface Described {
  /** `https://www.example.org` */
  origin: string;
  text: string;
}

const NEEDED = ["panorama", "map", "guess", "result"];
/** Sites with rules of their own here: what a description says of them does not count. */
const OWN = /(^|\.)(geoguessr|worldguessr)\.com\.?$/;

/** Throws with words for people. */
export function descriptionOf(text: string): Description {
  let told: Partial<Description>;
  try {
    told = JSON.parse(text) as Partial<Description>;
  } catch {
    throw new Error("expected a description in JSON");
  }
  const things = told?.things as Record<string, unknown> | undefined;
  const missing = NEEDED.filter((name) => typeof things?.[name] !== "string");
  if (missing.length > 0) throw new Error(`expected things with ${NEEDED.join(", ")}, got none for: ${missing.join(", ")}`);
  if (!isWords(told.private) || told.private.length === 0) throw new Error("expected private: paths of games that you play alone");
  if (told.refused_words !== undefined && !isWords(told.refused_words)) throw new Error("expected refused_words: a list of words");
  for (const pattern of [...told.private, ...(told.refused_words ?? [])]) new RegExp(pattern);
  return told as Description;
}

/** The origin of an address as it is typed; throws with words for people. */
export function originOf(address: string): string {
  const { origin, protocol, hostname } = new URL(/^\w+:\/\//.test(address.trim()) ? address.trim() : `https://${address.trim()}`);
  if (protocol !== "https:") throw new Error(`expected an address that begins with https://, got: ${address.trim()}`);
  if (OWN.test(hostname)) throw new Error(`${hostname} is known here: switch it on above`);
  return origin;
}

/** Whether an address leads to a game that is played alone. */
export function isPrivate({ private: patterns }: Description, door: string): boolean {
  return patterns.some((pattern) => new RegExp(`^(?:${pattern})$`).test(door));
}

/** The refused word that a page shows. */
export function refusedWord({ refused_words = [] }: Description, words: string): string | null {
  return refused_words.map((pattern) => new RegExp(pattern, "i").exec(words)?.[0]).find(Boolean) ?? null;
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
