// The panorama: Photo Sphere Viewer in degrees and headings, under the rules of the match.
import { Cache, DEFAULTS, EquirectangularAdapter, Viewer } from "@photo-sphere-viewer/core";
import type { CustomRenderer } from "@photo-sphere-viewer/core";
import { Mesh, type WebGLRenderer } from "three";

import { reducedMotion } from "./motion";
import { DrawnViews } from "./drawn-views";
import { KeyLook } from "./key-look";
import type { RoundWord, Rules } from "./protocol";
import type { View } from "./view";

export const MIN_FOV = 30;
export const MAX_FOV = 100;
/** A tall window would show a slit at the field of view that suits a wide one. */
const START_FOV = { wide: 75, tall: 95 };
/** Closer than this is the same view. */
const SAME_DEG = 0.01;
const ZOOM_STEP = 12;

// A picture all round has no edges to smooth, and a processor that draws (no graphics card) takes
// twice as long with smoothing. Given as an option, the viewer's defaults would win over it.
DEFAULTS.rendererParameters = { alpha: false, antialias: false };

export class PanoramaView {
  /** Called whenever another view has been drawn. */
  onview: (view: View) => void = () => undefined;

  readonly #viewer: Viewer;
  readonly #drawn: DrawnViews;
  readonly #keys = new KeyLook((right, up, wider) => this.#nudge(right, up, wider));
  #centreHeading = 0;
  #rules: Pick<Rules, "pan" | "zoom"> = { pan: true, zoom: true };
  #shown = false;

  constructor(private readonly host: HTMLElement) {
    this.#viewer = new Viewer({
      container: host,
      // Twice the default's segments: within a grey level of the exact projection, where the exact
      // one (`shader`) takes twice as long without a graphics card.
      adapter: EquirectangularAdapter.withConfig({ resolution: 128, useXmpData: false }),
      minFov: MIN_FOV,
      maxFov: MAX_FOV,
      defaultZoomLvl: zoomLevel(this.#startFov()),
      defaultTransition: null as never,
      navbar: false,
      keyboard: false,
      moveInertia: reducedMotion() ? false : 0.8,
      canvasBackground: "#0d1320",
    });
    this.#viewer.renderer.setCustomRenderer(withoutProbe);
    this.#drawn = new DrawnViews(host, this.#viewer, () => this.view);
    this.#viewer.addEventListener("render", () => this.onview(this.view));
  }

  /** The view as it is now. */
  get view(): View {
    const { yaw, pitch } = this.#viewer.getPosition();
    return {
      heading: wrapHeading(this.#centreHeading + degrees(yaw)),
      pitch: degrees(pitch),
      fov: MAX_FOV + (this.#viewer.getZoomLevel() / 100) * (MIN_FOV - MAX_FOV),
    };
  }

  /** Takes down the last round's picture from what the page publishes. */
  clear(): void {
    this.#shown = false;
    delete this.host.dataset.round;
    this.#keys.enabled = false;
  }

  /** Shows a round's picture from its starting view; `data-round` follows once it is drawn. */
  async show(round: RoundWord, picture: Blob, rules: Rules): Promise<void> {
    this.#centreHeading = round.heading;
    this.#rules = rules;
    this.#viewer.setOptions({ mousemove: rules.pan, mousewheel: rules.zoom });
    // The picture needs the seat's token, so the page has fetched it; the viewer finds it here.
    const key = `round-${round.number}`;
    Cache.add(key, key, picture);
    await this.#viewer.setPanorama(key, { position: { yaw: 0, pitch: 0 }, zoom: zoomLevel(this.#startFov()) });
    Cache.remove(key, key);
    this.#viewer.needsUpdate();
    await this.#drawn.next();
    this.#shown = true;
    this.host.dataset.hfov = String(round.hfov_deg);
    this.host.dataset.round = String(round.number);
    this.#keys.enabled = true;
  }

  /**
   * Turns at once and resolves with the count of settled views when that view has been drawn.
   * Rejects what the rules forbid, and a field of view out of reach.
   */
  async look(heading: number, pitch: number, fov?: number): Promise<number> {
    this.#check(heading, pitch, fov);
    await this.#viewer.stopAnimation();
    this.#viewer.autoSize();
    this.#viewer.rotate(this.#position(heading, pitch));
    if (fov !== undefined) this.#viewer.zoom(zoomLevel(fov));
    this.#viewer.needsUpdate();
    return this.#drawn.next();
  }

  /** Turns to a heading as a person would see it turn. */
  turnTo(heading: number): void {
    if (!this.#rules.pan) return;
    const position = this.#position(heading, this.view.pitch);
    if (reducedMotion()) this.#viewer.rotate(position);
    else void this.#viewer.animate({ ...position, speed: 450 });
  }

  zoomBy(steps: number): void {
    if (!this.#rules.zoom) return;
    const level = this.#viewer.getZoomLevel() + steps * ZOOM_STEP;
    if (reducedMotion()) this.#viewer.zoom(level);
    else void this.#viewer.animate({ zoom: Math.max(0, Math.min(100, level)), speed: 200 });
  }

  /** Back to where the round began. */
  reset(): void {
    if (this.#rules.pan) this.#viewer.rotate({ yaw: 0, pitch: 0 });
    if (this.#rules.zoom) this.#viewer.zoom(zoomLevel(this.#startFov()));
  }

  /** By parts of the field of view, as far as the rules allow. */
  #nudge(right: number, up: number, wider: number): void {
    const { heading, pitch, fov } = this.view;
    if (this.#rules.pan && (right !== 0 || up !== 0)) {
      void this.#viewer.stopAnimation();
      this.#viewer.rotate(this.#position(heading + right * fov, Math.max(-90, Math.min(90, pitch + up * fov))));
    }
    if (this.#rules.zoom && wider !== 0) this.#viewer.zoom(zoomLevel(fov + wider * fov));
  }

  #check(heading: number, pitch: number, fov: number | undefined): void {
    if (!this.#shown) throw new Error("look: expected a round's panorama, got none");
    if (!Number.isFinite(heading) || !(Math.abs(pitch) <= 90))
      throw new Error(`look: expected a heading and a pitch from -90 to 90, got: ${heading}, ${pitch}`);
    const now = this.view;
    const turned = Math.abs(wrapHeading(heading - now.heading + 180) - 180);
    if (!this.#rules.pan && Math.max(turned, Math.abs(pitch - now.pitch)) > SAME_DEG)
      throw new Error(`look: no panning in this match, got: heading ${heading}, pitch ${pitch}`);
    if (fov === undefined) return;
    if (!this.#rules.zoom && Math.abs(fov - now.fov) > SAME_DEG)
      throw new Error(`look: no zooming in this match, got: ${fov}`);
    if (!(fov >= MIN_FOV && fov <= MAX_FOV))
      throw new Error(`look: expected a field of view from ${MIN_FOV} to ${MAX_FOV}, got: ${fov}`);
  }

  #position(heading: number, pitch: number): { yaw: number; pitch: number } {
    return { yaw: radians(wrapHeading(heading - this.#centreHeading)), pitch: radians(pitch) };
  }

  #startFov(): number {
    return this.host.clientWidth < this.host.clientHeight ? START_FOV.tall : START_FOV.wide;
  }
}

/**
 * Draws without the invisible sphere by which the viewer finds what was clicked: nothing is to be
 * clicked here, and blending it over the whole window costs a quarter of the time.
 */
function withoutProbe(renderer: WebGLRenderer): CustomRenderer {
  return {
    render(scene, camera) {
      for (const child of scene.children) child.visible = !(child instanceof Mesh);
      renderer.render(scene, camera);
    },
  };
}

function zoomLevel(fov: number): number {
  return ((fov - MAX_FOV) / (MIN_FOV - MAX_FOV)) * 100;
}

export function wrapHeading(heading: number): number {
  return ((heading % 360) + 360) % 360;
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
