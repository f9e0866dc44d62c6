// A guess map drawn in one piece: no tiles, no elements for pins, zoom in any steps.
class CanvasMap {
  constructor(canvas, {drills = {}, random = Math.random, pinned = () => {}, land}) {
    Object.assign(this, {canvas, pinned, pins: [], x: .5, y: .42, zoom: 1, land});
    const c = canvas;
    c.addEventListener('wheel', e => {
      e.preventDefault();
      const [mx, my] = this.at(e), before = this.world(mx, my);
      const zoom = Math.min(12, Math.max(.4, this.zoom - e.deltaY / 240));
      if (zoom === this.zoom) return;
      this.zoom = zoom;
      const after = this.world(mx, my);
      this.x += before[0] - after[0]; this.y += before[1] - after[1]; this.draw();
    });
    c.addEventListener('pointerdown', e => {
      let [x, y] = this.at(e), moved = 0;
      const move = e => {
        const [nx, ny] = this.at(e);
        this.x -= (nx - x) / this.size; this.y -= (ny - y) / this.size; moved += Math.abs(nx - x) + Math.abs(ny - y);
        [x, y] = [nx, ny]; this.draw();
      };
      const up = e => {
        removeEventListener('pointermove', move); removeEventListener('pointerup', up);
        if (moved > 3 || (drills.lost && random() < 0.15)) return;
        const [wx, wy] = this.world(...this.at(e));
        this.pin = {lat: Math.atan(Math.sinh(Math.PI * (1 - 2 * wy))) * 180 / Math.PI, lng: ((wx % 1 + 1) % 1) * 360 - 180, x: wx, y: wy};
        this.truePin = {lat: this.pin.lat, lng: this.pin.lng};
        this.pinned(this.pin); this.draw();
      };
      addEventListener('pointermove', move); addEventListener('pointerup', up);
    });
    new ResizeObserver(() => this.draw()).observe(c);
  }
  get size() { return 256 * 2 ** this.zoom; }
  at(e) { const b = this.canvas.getBoundingClientRect(); return [e.clientX - b.left, e.clientY - b.top]; }
  world(px, py) { const c = this.canvas; return [this.x + (px - c.clientWidth / 2) / this.size, this.y + (py - c.clientHeight / 2) / this.size]; }
  draw() { cancelAnimationFrame(this.next); this.next = requestAnimationFrame(() => this.paint()); }
  paint() {
    const c = this.canvas, r = devicePixelRatio, w = c.clientWidth, h = c.clientHeight, pen = c.getContext('2d');
    if (!w) return;
    c.width = Math.round(w * r); c.height = Math.round(h * r);
    pen.scale(r, r); pen.fillStyle = '#aad3df'; pen.fillRect(0, 0, w, h);
    const [left, top] = this.world(0, 0), [right, bottom] = this.world(w, h);
    pen.fillStyle = '#f2efe9'; pen.strokeStyle = '#8a9aa3'; pen.lineWidth = .6;
    const step = this.zoom < 2 ? 12 : this.zoom < 4 ? 4 : 1; // nothing that a pixel could show
    pen.beginPath();
    // Of points in a row that lie beyond one side, the first and the last: inside nothing changes.
    const beyond = (x, y) => (x < -9 ? 1 : x > w + 9 ? 2 : 0) | (y < -9 ? 4 : y > h + 9 ? 8 : 0);
    for (let copy = Math.floor(left); copy <= Math.floor(right); copy++) {
      for (const {box, points} of this.land) {
        if (box[0] + copy > right || box[2] + copy < left || box[1] > bottom || box[3] < top) continue;
        let lastX = NaN, lastY = NaN, lastSides = 0, sides = 0, held = false;
        for (let i = 0; i < points.length; i += 2 * step) {
          const x = (points[i] + copy - left) * this.size, y = (points[i + 1] - top) * this.size;
          if (i && Math.abs(x - lastX) + Math.abs(y - lastY) < .5) continue;
          const here = beyond(x, y);
          if (held && !(sides & here)) { pen.lineTo(lastX, lastY); held = false; sides = lastSides; }
          if (!i) { pen.moveTo(x, y); sides = here; }
          else if (sides & here) { sides &= here; held = true; }
          else { pen.lineTo(x, y); sides = here; }
          lastX = x; lastY = y; lastSides = here;
        }
        if (held) pen.lineTo(lastX, lastY);
        pen.closePath();
      }
    }
    pen.fill('evenodd'); pen.stroke();
    if (this.pin) {
      const x = ((this.pin.x - left) % 1 + 1) % 1 * this.size, y = (this.pin.y - top) * this.size;
      pen.fillStyle = '#d3202a'; pen.beginPath(); pen.moveTo(x, y); pen.arc(x, y - 16, 7, Math.PI * .85, Math.PI * .15); pen.fill();
    }
  }
}

// Natural Earth's land 1:10 million, finer than what the bot knows.
const readLand = async () => {
  const t = await (await own.fetch('/atlas/land-10m.json')).json();
  const [sx, sy] = t.transform.scale, [tx, ty] = t.transform.translate;
  const arcs = t.arcs.map(arc => {
    let x = 0, y = 0;
    return arc.map(([dx, dy]) => {
      x += dx; y += dy;
      const s = Math.sin(Math.max(-85.05, Math.min(85.05, y * sy + ty)) * Math.PI / 180);
      return [(x * sx + tx) / 360 + .5, .5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
    });
  });
  const shapes = t.objects.land.geometries ?? [t.objects.land];
  return shapes.flatMap(s => s.type === 'Polygon' ? [s.arcs] : s.arcs).flat().map(ring => {
    const line = ring.flatMap(i => i >= 0 ? arcs[i] : [...arcs[~i]].reverse());
    const xs = line.map(p => p[0]), ys = line.map(p => p[1]), low = a => a.reduce((x, y) => Math.min(x, y)), high = a => a.reduce((x, y) => Math.max(x, y));
    return {box: [low(xs), low(ys), high(xs), high(ys)], points: Float64Array.from(line.flat())};
  });
};
