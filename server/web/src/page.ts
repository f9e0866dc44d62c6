// Finding the elements that the HTML promises.

/** Fails loudly where HTML and script no longer fit. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`expected an element #${id} in ${location.pathname}, got none`);
  return element as T;
}

/** locked: the guess is in, and others still look for theirs. */
export type Phase = "home" | "lobby" | "loading" | "round" | "locked" | "result" | "over";

export function setPhase(phase: Phase): void {
  document.body.dataset.phase = phase;
}

/** Whether a key press belongs to what has the focus: a button, a link, a field. */
export function isClaimed(event: KeyboardEvent): boolean {
  return isTyped(event) || isWithin(event, "button, a, summary");
}

/** Whether a letter is the browser's or a field's; buttons and links make nothing of letters. */
export function isTyped(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  return isWithin(event, "input, select, textarea");
}

function isWithin({ target }: KeyboardEvent, elements: string): boolean {
  return target instanceof Element && target.closest(elements) !== null;
}
