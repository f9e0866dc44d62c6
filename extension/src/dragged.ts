// A thing that can be moved by its handle and stays in the window.

export function dragged(thing: HTMLElement, handle: HTMLElement): void {
  handle.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || (down.target as Element).closest("button")) return;
    const { left, top } = thing.getBoundingClientRect();
    handle.setPointerCapture(down.pointerId);
    const moving = new AbortController();
    const move = (event: PointerEvent): void => {
      const { width, height } = thing.getBoundingClientRect();
      const x = within(left + event.clientX - down.clientX, innerWidth - width);
      const y = within(top + event.clientY - down.clientY, innerHeight - Math.min(height, innerHeight));
      Object.assign(thing.style, { left: `${x}px`, top: `${y}px`, right: "auto" });
    };
    handle.addEventListener("pointermove", move, { signal: moving.signal });
    for (const end of ["pointerup", "pointercancel"] as const)
      handle.addEventListener(end, () => moving.abort(), { signal: moving.signal });
    down.preventDefault();
  });
}

function within(at: number, most: number): number {
  return Math.max(0, Math.min(most, at));
}
