// The world's coasts as points, on the square world: x, y in [0, 1], north up is 0. Pure.
import { type MapView, worldY } from "./guess-map";

/** Put in by build.mjs; as `coasts` in outlines.mjs says. */
declare const COASTS: string;

type Segment = [ax: number, ay: number, bx: number, by: number];

/** Hundredths of a degree: south of it coasts are ice, and maps do not agree. */
const SOUTHERNMOST = -7800;
const SEAM = 17990;
let known: Segment[] | null = null;

/** Points along the coasts in a view, a pixel apart: x, y, x, y, ... px from its top left corner. */
export function coastPixels(view: MapView): number[] {
  const world = 256 * 2 ** view.zoom;
  const [left, top] = [(view.lng / 360 + 0.5) * world - view.width / 2, worldY(view.lat) * world - view.height / 2];
  const found: number[] = [];
  for (let copy = Math.floor(left / world); copy <= Math.floor((left + view.width) / world); copy++)
    for (const [ax, ay, bx, by] of segments()) {
      const [x, y] = [(ax + copy) * world - left, ay * world - top];
      const [right, down] = [(bx - ax) * world, (by - ay) * world];
      if (Math.max(x, x + right) < 1 || Math.min(x, x + right) > view.width - 2) continue;
      if (Math.max(y, y + down) < 1 || Math.min(y, y + down) > view.height - 2) continue;
      addLine(found, [x, y, right, down], view);
    }
  return found;
}

function addLine(found: number[], [x, y, right, down]: Segment, { width, height }: MapView): void {
  const long = Math.hypot(right, down);
  const count = Math.max(1, Math.ceil(long));
  // Short segments would weigh more than long ones: of each pixel's worth one point counts, by a
  // chance that is always the same.
  if (Math.abs(Math.sin(found.length + 1000 * x)) > Math.max(0.05, long / count)) return;
  for (let n = 0.5; n < count; n++) {
    const [px, py] = [x + (n / count) * right, y + (n / count) * down];
    if (px > 1 && py > 1 && px < width - 2 && py < height - 2) found.push(px, py);
  }
}

/** So many points of all coasts, evenly: x, y, x, y, ... */
export function coastPoints(count: number): number[] {
  const lengths = segments().map(([ax, ay, bx, by]) => Math.hypot(bx - ax, by - ay));
  const step = lengths.reduce((sum, one) => sum + one, 0) / count;
  const points: number[] = [];
  let next = step / 2;
  segments().forEach(([ax, ay, bx, by], i) => {
    const long = lengths[i] ?? 0;
    for (; next < long; next += step) points.push(ax + (next / long) * (bx - ax), ay + (next / long) * (by - ay));
    next -= long;
  });
  return points;
}

function segments(): Segment[] {
  return (known ??= COASTS.split("\n").flatMap(segmentsOf));
}

/** Of one ring, without the seam at 180 degrees, which is no coast. */
function segmentsOf(ring: string): Segment[] {
  const steps = ring.split(" ").map(Number);
  const found: Segment[] = [];
  let [lng, lat] = [steps[0] ?? 0, steps[1] ?? 0];
  for (let i = 2; i < steps.length; i += 2) {
    const [lngBefore, latBefore] = [lng, lat];
    [lng, lat] = [lng + (steps[i] ?? 0), lat + (steps[i + 1] ?? 0)];
    const isSeam = Math.abs(lng) > SEAM && Math.abs(lngBefore) > SEAM;
    if (isSeam || Math.min(lat, latBefore) < SOUTHERNMOST) continue;
    found.push([lngBefore / 36000 + 0.5, worldY(latBefore / 100), lng / 36000 + 0.5, worldY(lat / 100)]);
  }
  return found;
}
