// A shape of the world as one tile shows it, of as few points as that takes.

/** Points in the unit square of Web Mercator, `x, y, x, y, …`. */
export type FlatLine = Float64Array;
export type Box = [west: number, north: number, east: number, south: number];

/** Nearer than this to the last point, a point changes no pixel that anybody could see. */
const NEAR_PX = 0.25;
/** Around a tile: as far as the strokes of lines outside reach into it. */
const MARGIN_PX = 4;

/**
 * The path of lines in a tile's box, where a pixel is `px` of the unit square.
 *
 * What lies beyond one of its sides may go another way there: of such points only the first and
 * the last of a row are kept, which changes nothing inside. A country of 10,000 points that shows
 * a corner is drawn with the few of that corner.
 */
export function tilePath(lines: FlatLine[], closed: boolean, box: Box, px: number): Path2D {
  const path = new Path2D();
  const wide: Box = [
    box[0] - MARGIN_PX * px,
    box[1] - MARGIN_PX * px,
    box[2] + MARGIN_PX * px,
    box[3] + MARGIN_PX * px,
  ];
  for (const line of lines) {
    draw(path, line, wide, NEAR_PX * px);
    if (closed) path.closePath();
  }
  return path;
}

function draw(path: Path2D, line: FlatLine, box: Box, near: number): void {
  let lastX = line[0] ?? 0;
  let lastY = line[1] ?? 0;
  path.moveTo(lastX, lastY);
  // The sides beyond which all lies since the last point that was kept.
  let beyond = sidesBeyond(lastX, lastY, box);
  let sides = beyond;
  let nextSides = sidesBeyond(line[2] ?? 0, line[3] ?? 0, box);
  for (let i = 2; i < line.length; i += 2) {
    const x = line[i] as number;
    const y = line[i + 1] as number;
    const isLast = i + 2 >= line.length;
    sides = nextSides;
    if (!isLast) nextSides = sidesBeyond(line[i + 2] as number, line[i + 3] as number, box);
    const isNear = Math.abs(x - lastX) + Math.abs(y - lastY) < near;
    const isBeyond = (beyond & sides & nextSides) !== 0;
    if (!isLast && (isNear || isBeyond)) {
      beyond &= sides;
      continue;
    }
    path.lineTo(x, y);
    lastX = x;
    lastY = y;
    beyond = sides;
  }
}

/** One bit for each side of the box that a point lies beyond. */
function sidesBeyond(x: number, y: number, [west, north, east, south]: Box): number {
  return (x < west ? 1 : x > east ? 2 : 0) | (y < north ? 4 : y > south ? 8 : 0);
}
