// The centred square of a canvas, as the geolocator wants it.

const VIEW_PX = 512;
const JPEG_QUALITY = 0.9;
/** Of 0 to 255: a picture whose brightness varies less shows nothing. */
const BLANK_SPREAD = 3;

export class Picture {
  readonly #copy = new OffscreenCanvas(VIEW_PX, VIEW_PX);
  readonly #pen: OffscreenCanvasRenderingContext2D;

  constructor() {
    const pen = this.#copy.getContext("2d", { willReadFrequently: true });
    if (!pen) throw new Error("expected a canvas to draw on, got none");
    this.#pen = pen;
  }

  /** Takes over what the canvas shows at this moment. */
  take(canvas: HTMLCanvasElement): void {
    const { width, height } = canvas;
    const side = Math.min(width, height);
    this.#pen.drawImage(canvas, (width - side) / 2, (height - side) / 2, side, side, 0, 0, VIEW_PX, VIEW_PX);
  }

  /** JPEG, base64. */
  async jpeg(): Promise<string> {
    const blob = await this.#copy.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  }

  /** Red, green, blue of a coarse grid, 16 x 16, to compare pictures by. */
  grid(): number[] {
    const { data } = this.#pen.getImageData(0, 0, VIEW_PX, VIEW_PX);
    const step = VIEW_PX / 16;
    return Array.from({ length: 3 * 256 }, (_, n) => {
      const [i, channel] = [Math.floor(n / 3), n % 3];
      return Number(data[4 * (((i >> 4) + 0.5) * step * VIEW_PX + ((i & 15) + 0.5) * step) + channel]);
    });
  }
}

export function isBlank(grid: number[]): boolean {
  return [0, 1, 2].every((channel) => {
    const levels = grid.filter((_, n) => n % 3 === channel);
    return Math.max(...levels) - Math.min(...levels) < BLANK_SPREAD;
  });
}

/** Mean difference, levels of 0 to 255. */
export function apart(a: number[], b: number[]): number {
  return a.reduce((sum, level, i) => sum + Math.abs(level - (b[i] ?? 0)), 0) / a.length;
}
