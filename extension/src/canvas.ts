// Runs in a switched-on site before its own scripts: pictures drawn by WebGL stay readable, instead
// of being gone once they are on the screen. It reads nothing itself.
const own = HTMLCanvasElement.prototype.getContext as (kind: string, options?: object) => RenderingContext | null;

HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
  return own.call(this, kind, kind.startsWith("webgl") ? { ...options, preserveDrawingBuffer: true } : options);
} as typeof HTMLCanvasElement.prototype.getContext;
