// Runs among the arena's own scripts, and does one thing there: it asks the viewer to turn, as the
// page lets bots do. It reads nothing; when the view is drawn, the page says its number.
import { LOOK, LOOKED } from "./look-words";

interface Arena {
  look(heading: number, pitch: number, fov?: number): Promise<number>;
}

document.addEventListener(LOOK, (event) => {
  const [heading, pitch, fov] = JSON.parse((event as CustomEvent<string>).detail) as [number, number, number?];
  const { arena } = window as unknown as { arena: Arena };
  arena.look(heading, pitch, fov).then(
    (settled) => answer(String(settled)),
    (error: unknown) => answer(String(error)),
  );
});

function answer(detail: string): void {
  document.dispatchEvent(new CustomEvent(LOOKED, { detail }));
}
