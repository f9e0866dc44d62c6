// What a map drawn in one piece shows: known coasts are laid upon the edges of its picture. Pure.
// The map is taken for Web Mercator with north up. One seen for the first time is searched over all
// zooms at which it may show the world; then, and after each move, the coasts are slid and scaled
// until they lie on the strongest edges, to a fraction of a pixel: hundreds of points average what
// each is off.
import { coastPixels, coastPoints } from "./coast-points";
import { latOf, type MapView, moved, zoomed } from "./guess-map";

export interface Grey {
  width: number;
  height: number;
  /** Row by row. */
  levels: Float32Array;
}

/** Of a map that is zoomed out: smallest, largest, step. */
const FIRST_ZOOMS = [0, 2, 0.08] as const;
/** The first search is done on pictures so many times smaller, in steps of as many of their px. */
const [HALF, STRIDE] = [3, 2];
/** Of points in the first search. */
const FEW = 300;
/** Points of coast in a picture, a pixel apart; with fewer what was expected is believed. */
const MIN_POINTS = 100;
/** Of 1, the picture's strongest edges; coasts that lie on nothing have below 0.05. */
const GOOD_FIT = 0.12;
/** Of edges, coarse to fine. A drawn line has two edges: finer, they would part. */
const BLURS_PX = [3, 1.5];
/** So far and no farther coasts are slid: px, and levels of zoom. */
const [REACH_PX, REACH_LEVELS] = [12, 0.12];
/** What a fit must gain to be slid as far as can be: along a straight coast nothing else holds. */
const STAY = 0.05;
/** Grey levels. */
const SAME = 0.1;

export function greyOf({ width, height, data }: Pick<ImageData, "width" | "height" | "data">): Grey {
  const levels = new Float32Array(width * height);
  for (let i = 0; i < levels.length; i++)
    levels[i] = ((data[4 * i] ?? 0) + (data[4 * i + 1] ?? 0) + (data[4 * i + 2] ?? 0)) / 3;
  return { width, height, levels };
}

/** Whether nothing has moved between two pictures. */
export function isLike(a: Grey, b: Grey): boolean {
  if (a.width !== b.width || a.height !== b.height) return false;
  return a.levels.reduce((sum, level, i) => sum + Math.abs(level - (b.levels[i] ?? 0)), 0) < SAME * a.levels.length;
}

/** What a map shows of which nothing is known; null: no world. */
export function firstView(picture: Grey): MapView | null {
  const edges = edgesOf(picture);
  const small = blurred(smaller(edges), 1.5);
  const laid: { share: number; view: MapView }[] = [];
  for (let zoom: number = FIRST_ZOOMS[0]; zoom < FIRST_ZOOMS[1]; zoom += FIRST_ZOOMS[2])
    laid.push(laidAt(small, zoom, picture.width, picture.height));
  laid.sort((a, b) => b.share - a.share);
  return bestFit(edges, laid.slice(0, 4).map(({ view }) => view));
}

/** Which of the expected views, the likeliest first, a picture shows; refined by its coasts. */
export function bestOf(picture: Grey, expected: MapView[]): MapView | null {
  const edges = edgesOf(picture);
  const soft = blurred(edges, 2.5);
  const likely = expected
    .map((view) => ({ view, points: coastPixels(view) }))
    .filter(({ points }) => points.length >= 2 * MIN_POINTS)
    .map(({ view, points }) => ({ view, share: under(soft, points) }))
    .sort((a, b) => b.share - a.share);
  return bestFit(edges, likely.slice(0, 3).map(({ view }) => view)) ?? expected[0] ?? null;
}

function bestFit(edges: Grey, views: MapView[]): MapView | null {
  const soft = BLURS_PX.map((px) => blurred(edges, px));
  let best: MapView | null = null;
  let most = GOOD_FIT;
  for (const view of views) {
    const there = soft.reduce((at, edges) => slid(edges, at), view);
    const share = under(edges, coastPixels(there));
    if (share > most) [best, most] = [there, share];
  }
  return best;
}

/** The view near by whose coasts lie best: step by step, in ever smaller steps. */
function slid(edges: Grey, view: MapView): MapView {
  const points = coastPixels(view);
  if (points.length < 2 * MIN_POINTS) return view;
  const middle = { x: view.width / 2, y: view.height / 2 };
  const share = (right: number, down: number, levels: number): number => {
    const far = Math.max((right ** 2 + down ** 2) / REACH_PX ** 2, (levels / REACH_LEVELS) ** 2);
    if (far > 1) return 0;
    const [larger, x, y] = [2 ** levels, middle.x + right, middle.y + down];
    return under(edges, points, (px, py) => [x + (px - middle.x) * larger, y + (py - middle.y) * larger]) - STAY * far;
  };
  const at: [number, number, number] = [0, 0, 0];
  let most = share(...at);
  for (let step = 2; step > 0.04; ) {
    let better = false;
    for (const axis of [0, 1, 2] as const)
      for (const way of [-step, step]) {
        const tried: [number, number, number] = [...at];
        tried[axis] += axis === 2 ? way / 100 : way;
        const reached = share(...tried);
        if (reached > most) [at[0], at[1], at[2], most, better] = [...tried, reached, true];
      }
    if (!better) step /= 2;
  }
  return moved(zoomed(view, middle, at[2]), at[0], at[1]);
}

/** Mean strength of the edges under points (x, y, x, y, ...), in [0, 1]. */
function under(edges: Grey, points: number[], to = (x: number, y: number): [number, number] => [x, y]): number {
  let sum = 0;
  for (let i = 0; i < points.length; i += 2) sum += level(edges, ...to(points[i] ?? 0, points[i + 1] ?? 0));
  return points.length ? (2 * sum) / points.length : 0;
}

/** Between pixels; pixel i is centred at i + 0.5. */
function level({ width, height, levels }: Grey, x: number, y: number): number {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  if (left < 0 || top < 0 || left > width - 2 || top > height - 2) return 0;
  const [right, down, i] = [x - 0.5 - left, y - 0.5 - top, top * width + left];
  const upper = (levels[i] ?? 0) * (1 - right) + (levels[i + 1] ?? 0) * right;
  const lower = (levels[i + width] ?? 0) * (1 - right) + (levels[i + width + 1] ?? 0) * right;
  return upper * (1 - down) + lower * down;
}

/** Where a picture lies best on the world at a zoom, and how well: a normalised correlation. */
function laidAt(small: Grey, zoom: number, width: number, height: number): { share: number; view: MapView } {
  const world = (256 * 2 ** zoom) / HALF;
  const points = coastPoints(FEW);
  let [share, bestX, bestY] = [0, 0, 0];
  for (let top = -small.height / 2; top < world - small.height / 2; top += STRIDE)
    for (let left = 0; left < world; left += STRIDE) {
      let [together, inside] = [0, 0];
      for (let i = 0; i < points.length; i += 2) {
        const y = Math.round((points[i + 1] ?? 0) * world - top);
        if (y < 0 || y >= small.height) continue;
        for (let x = Math.round(((points[i] ?? 0) * world - left + world) % world); x < small.width; x += Math.round(world)) {
          together += small.levels[y * small.width + x] ?? 0;
          inside += 1;
        }
      }
      const here = together / Math.sqrt(inside + 0.1 * FEW);
      if (here > share) [share, bestX, bestY] = [here, left, top];
    }
  const lng = (((bestX + small.width / 2) / world) * 360) % 360;
  return { share, view: { lat: latOf((bestY + small.height / 2) / world), lng: lng - 180, zoom, width, height } };
}

/** How strong the edge is at each pixel, in [0, 1]. */
function edgesOf(picture: Grey): Grey {
  const { width, height, levels } = blurred(picture, 0.7);
  const strength = new Float32Array(levels.length);
  for (let i = width + 1; i < levels.length - width - 1; i++)
    if (i % width > 0 && i % width < width - 1)
      strength[i] = Math.hypot((levels[i + 1] ?? 0) - (levels[i - 1] ?? 0), (levels[i + width] ?? 0) - (levels[i - width] ?? 0));
  const strongest = Float32Array.from(strength).sort()[Math.floor(0.997 * strength.length)] || 1;
  return { width, height, levels: strength.map((one) => Math.min(1, one / strongest)) };
}

function smaller({ width, height, levels }: Grey): Grey {
  const [columns, rows] = [Math.floor(width / HALF), Math.floor(height / HALF)];
  const mean = new Float32Array(columns * rows);
  for (let i = 0; i < HALF * HALF * mean.length; i++) {
    const [x, y] = [i % (HALF * columns), Math.floor(i / (HALF * columns))];
    const to = Math.floor(y / HALF) * columns + Math.floor(x / HALF);
    mean[to] = (mean[to] ?? 0) + (levels[y * width + x] ?? 0) / (HALF * HALF);
  }
  return { width: columns, height: rows, levels: mean };
}

/** By a Gaussian of so many px. */
function blurred({ width, height, levels }: Grey, px: number): Grey {
  const reach = Math.ceil(3 * px);
  const bell = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * px * px)));
  const whole = bell.reduce((sum, one) => sum + one, 0);
  const pass = (from: Float32Array, step: number, count: number, place: (i: number) => number): Float32Array =>
    from.map((_, i) => {
      let sum = 0;
      for (let way = -reach; way <= reach; way++) {
        const there = Math.max(0, Math.min(count - 1, place(i) + way)) - place(i);
        sum += (bell[way + reach] ?? 0) * (from[i + there * step] ?? 0);
      }
      return sum / whole;
    });
  const across = pass(levels, 1, width, (i) => i % width);
  return { width, height, levels: pass(across, width, height, (i) => Math.floor(i / width)) };
}
