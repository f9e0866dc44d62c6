// A panorama that is dragged, as real ones are: own WebGL, an equirectangular picture.
class Panorama {
  constructor(canvas, {hfov = 90, drills = {}, random = Math.random, turned = () => {}}) {
    Object.assign(this, {canvas, hfov, drills, random, turned, heading: 0, centre: 0, drags: 0, free: true});
    const gl = this.gl = canvas.getContext('webgl');
    const shader = (kind, text) => {
      const s = gl.createShader(kind); gl.shaderSource(s, text); gl.compileShader(s); return s;
    };
    const p = gl.createProgram();
    gl.attachShader(p, shader(gl.VERTEX_SHADER, 'attribute vec2 a; varying vec2 v; void main(){v=a;gl_Position=vec4(a,0.,1.);}'));
    gl.attachShader(p, shader(gl.FRAGMENT_SHADER, `precision highp float; varying vec2 v; uniform sampler2D t;
      uniform float turn, wide, tall;
      void main(){ vec3 d = normalize(vec3(v.x*wide, v.y*tall, 1.));
        float u = fract(.5 + turn + atan(d.x, d.z)/6.2831853);
        gl_FragColor = texture2D(t, vec2(u, .5 - asin(d.y)/3.14159265)); }`));
    gl.linkProgram(p); gl.useProgram(p);
    // Asked for once: each question waits for the graphics process.
    [this.turn, this.wide, this.tall] = ['turn', 'wide', 'tall'].map(name => gl.getUniformLocation(p, name));
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0); gl.bindAttribLocation(p, 0, 'a'); gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const [k, v] of [[gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_MIN_FILTER, gl.LINEAR], [gl.TEXTURE_MAG_FILTER, gl.LINEAR]]) gl.texParameteri(gl.TEXTURE_2D, k, v);
    canvas.addEventListener('pointerdown', e => this.grab(e));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }
  grab(e) {
    if (!this.free) return;
    // The second press of three is lost, as compass clicks and drags are on real pages.
    const lost = this.drills.lost && ++this.drags % 3 === 2;
    let x = e.clientX;
    const move = e => {
      if (!lost) this.look(this.heading - (e.clientX - x) * this.hfov / this.canvas.clientWidth);
      x = e.clientX;
    };
    const up = () => { removeEventListener('pointermove', move); removeEventListener('pointerup', up); };
    addEventListener('pointermove', move); addEventListener('pointerup', up);
  }
  look(heading) { this.heading = (heading % 360 + 360) % 360; this.turned(this.heading); this.draw(); }
  // The picture of before stays (stale), goes (blank), or comes coarse before it is sharp.
  async show(url, centre, heading) {
    const wait = ms => new Promise(r => setTimeout(r, ms));
    const ticket = this.ticket = {};
    const image = new Image(); image.src = url; await image.decode();
    this.look(heading);
    if (this.drills.stale && this.shown) await wait(700 + 600 * this.random());
    if (this.drills.blank) { this.put(make('canvas', {width: 4, height: 2})); this.blank = true; this.draw(); await wait(500); this.blank = false; }
    if (this.ticket !== ticket) return;
    this.centre = centre;
    if (this.drills.coarse) {
      const small = make('canvas', {width: 96, height: 48});
      small.getContext('2d').drawImage(image, 0, 0, 96, 48);
      this.put(small); await wait(600 + 600 * this.random());
      if (this.ticket !== ticket) return;
    }
    this.put(image); this.shown = true;
  }
  put(source) { const gl = this.gl; gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, source); this.draw(); }
  draw() {
    cancelAnimationFrame(this.next);
    this.next = requestAnimationFrame(() => {
      const {canvas, gl} = this, ratio = devicePixelRatio;
      if (!canvas.clientWidth) return;
      const w = Math.round(canvas.clientWidth * ratio), h = Math.round(canvas.clientHeight * ratio);
      if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
      gl.viewport(0, 0, w, h);
      if (this.blank) { gl.clearColor(0, 0, 0, 1); gl.clear(gl.COLOR_BUFFER_BIT); return; }
      const wide = Math.tan(this.hfov * Math.PI / 360);
      gl.uniform1f(this.turn, (this.heading - this.centre) / 360);
      gl.uniform1f(this.wide, wide);
      gl.uniform1f(this.tall, wide * h / w);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    });
  }
}
