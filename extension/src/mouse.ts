// What a mouse does to a page: pages listen to pointers, to mice, or to both.

/** A step of a press at these px of the window; a page that sees a click has seen `down` and `up` before. */
export function mouse(target: Element, what: "down" | "move" | "up", x: number, y: number): void {
  const at = { ...spot(x, y), button: what === "move" ? -1 : 0, buttons: what === "up" ? 0 : 1 };
  target.dispatchEvent(new PointerEvent(`pointer${what}`, { ...at, ...MOUSE }));
  target.dispatchEvent(new MouseEvent(`mouse${what}`, { ...at, button: 0 }));
}

export function click(target: Element, x: number, y: number): void {
  mouse(target, "down", x, y);
  mouse(target, "up", x, y);
  target.dispatchEvent(new MouseEvent("click", spot(x, y)));
}

/** In one go: of a movement in steps Leaflet takes the speed, and slides on. */
export function drag(target: Element, [x, y]: readonly [number, number], right: number, down: number): void {
  mouse(target, "down", x, y);
  for (const what of ["move", "up"] as const) mouse(target, what, x + right, y + down);
}

export function wheel(target: Element, x: number, y: number, deltaY: number): void {
  target.dispatchEvent(new WheelEvent("wheel", { ...spot(x, y), deltaY }));
}

/** The pointer comes to lie on an element, or leaves it. */
export function hover(target: Element, on: boolean): void {
  const { left, top, width, height } = target.getBoundingClientRect();
  const at = spot(left + width / 2, top + height / 2);
  const [over, enter] = on ? ["over", "enter"] : ["out", "leave"];
  target.dispatchEvent(new PointerEvent(`pointer${over}`, { ...at, ...MOUSE }));
  target.dispatchEvent(new PointerEvent(`pointer${enter}`, { ...at, ...MOUSE, bubbles: false }));
  target.dispatchEvent(new MouseEvent(`mouse${over}`, at));
  target.dispatchEvent(new MouseEvent(`mouse${enter}`, { ...at, bubbles: false }));
}

const MOUSE = { pointerId: 1, pointerType: "mouse", isPrimary: true };

function spot(x: number, y: number): MouseEventInit {
  return { clientX: x, clientY: y, bubbles: true, cancelable: true, composed: true };
}
