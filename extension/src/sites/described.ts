// OpenGuessr and pages like it: where things are is said by a description, not by this program.
import { type Description, isPrivate, refusedWord } from "../description";
import { CanvasSite, counted } from "./canvas-site";

const HFOV_DEG = 90;

export function described(name: string, description: Description): CanvasSite {
  const { things, hfov_deg } = description;
  const { map, guess, tiles, pin } = things;
  const count = counted();
  return new CanvasSite({
    name,
    canvas: `:is(${things.panorama}):is(canvas), :is(${things.panorama}) canvas`,
    hfovDeg: hfov_deg ?? HFOV_DEG,
    map: { map, guess, tiles, pin },
    refusal: () => refusal(description),
    roundKey: () => {
      const isOver = shows(things.result) || shows(things.loading);
      if (!things.round_number) return count(isOver);
      return isOver ? null : `${location.pathname} ${document.querySelector<HTMLElement>(things.round_number)?.innerText ?? ""}`;
    },
  });
}

function refusal(description: Description): string | null {
  if (!isPrivate(description, location.pathname + location.search)) return "Not a game of your own, says this site's description.";
  const word = refusedWord(description, document.body.innerText);
  if (word) return `Only in games of your own: the page shows "${word}".`;
  const frame = document.querySelector(`:is(${description.things.panorama}):is(iframe), :is(${description.things.panorama}) iframe`);
  return frame ? "The panorama is in a frame of somebody else's: its pixels cannot be read." : null;
}

function shows(selector: string | undefined): boolean {
  return selector !== undefined && (document.querySelector(selector)?.checkVisibility() ?? false);
}
