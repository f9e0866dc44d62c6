// What the panel asks of a game's page. Each site fulfils it by what a player sees and can do.

export interface Site {
  readonly name: string;
  /** Whether a pin can be placed here. */
  readonly plays: boolean;
  /** Why the panel does not help on this page now, for people; null: it does. */
  refusal(): string | null;
  /** Names the running round, differently from every other; null: there is none. */
  round(): string | null;
  /** Calls whenever one of the above may have changed. */
  watch(changed: () => void): void;
  /** Headings to look at now, degrees, first one first. */
  headings(): number[];
  /** Takes a picture in that direction, without the interface: JPEG, base64. */
  view(heading: number): Promise<string>;
  /** Back to what the person was looking at. */
  restore(): Promise<void>;
  /** Puts the pin there, as a player would. */
  place(lat: number, lng: number): Promise<void>;
  submit(): Promise<void>;
}

/** Resolves once it holds; rejects with the words after a time. */
export async function until(holds: () => boolean, words: string, patienceMs = 8000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`expected ${words} within ${patienceMs / 1000} s`);
    await frame();
  }
}

/** The next frame, or a little later in a tab that is hidden. */
function frame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 200);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export function one<T extends HTMLElement = HTMLElement>(site: string, selector: string, thing: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`${site}: expected ${thing} at ${selector}, got none`);
  return found;
}
