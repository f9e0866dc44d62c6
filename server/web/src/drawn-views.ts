// Knows when the panorama is really on the screen, and publishes it on #panorama: `data-heading`,
// `data-pitch`, `data-fov` of the picture drawn last, and `data-settled`, which counts the views
// that have been fully drawn with nothing moving any more.
import type { Viewer } from "@photo-sphere-viewer/core";

import type { View } from "./view";

export class DrawnViews {
  #frame = 0;
  #settledFrame = 0;
  #settled = 0;
  #waiting: ((settled: number) => void)[] = [];

  constructor(
    private readonly host: HTMLElement,
    viewer: Viewer,
    private readonly view: () => View,
  ) {
    viewer.addEventListener("render", () => this.#onRender());
  }

  /** Resolves once the next frame has been drawn and handed to the screen. */
  next(): Promise<number> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #onRender(): void {
    const frame = ++this.#frame;
    const { heading, pitch, fov } = this.view();
    this.host.dataset.heading = heading.toFixed(3);
    this.host.dataset.pitch = pitch.toFixed(3);
    this.host.dataset.fov = fov.toFixed(3);
    const asked = this.#waiting;
    this.#waiting = [];
    requestAnimationFrame(() => {
      // This runs before the viewer's turn in the next frame: what was drawn is still there.
      if (asked.length > 0) this.#settle(frame);
      for (const resolve of asked) resolve(this.#settled);
      // A viewer in motion draws in the next frame, too; only if it has not, all is still.
      requestAnimationFrame(() => {
        if (frame === this.#frame) this.#settle(frame);
      });
    });
  }

  #settle(frame: number): void {
    if (frame <= this.#settledFrame) return;
    this.#settledFrame = frame;
    this.#settled += 1;
    this.host.dataset.settled = String(this.#settled);
  }
}
