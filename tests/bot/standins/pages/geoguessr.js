// A page that behaves as design facts say geoguessr.com does: classic games and challenges.
const TOKEN = location.pathname.split('/').pop();
const TILES = '/maps/vt?pb=!1m5!1m4!1i{z}!2i{x}!3i{y}!4i256!2m1!1e0';
const hash = () => Math.random().toString(36).slice(2, 7);
const cls = name => `${name}__${hash()}`; // CSS modules

class Page {
  async open() {
    const setup = await (await own.fetch(`/setup/${TOKEN}`)).json();
    this.drills = setup.drills; this.random = dice(setup.seed); this.hfov = setup.hfov;
    this.canvas = make('canvas', {class: 'widget-scene-canvas', style: 'width:100%;height:100%'});
    this.panorama = new Panorama(this.canvas, {hfov: this.hfov, drills: this.drills, random: this.random,
      turned: h => this.needle && (this.needle.style.transform = `rotate(${-h}deg)`)});
    if (this.drills.cookies) cookieBanner('onetrust-banner-sdk', 'onetrust-reject-all-handler');
    await this.begin();
  }
  async begin() { await this.round(await this.state()); }
  async state() { return (await own.fetch(`/api/v3/games/${TOKEN}`)).json(); }
  root() {
    // Single-page navigation: everything is built anew, with other hashes.
    const old = document.querySelector('#__next > div');
    const root = make('div', {class: cls('in-game_root')});
    if (old) old.replaceWith(root); else document.querySelector('#__next').append(root);
    return root;
  }
  // The parts of a round that all modes have.
  async play(state, root, status) {
    const round = state.rounds[state.round - 1];
    this.needle = make('div', {style: 'width:4px;height:30px;background:red;margin:auto'});
    const shown = make('div', {class: cls('game-panorama_panorama'), 'data-qa': 'panorama'}, this.canvas);
    const compass = make('button', {'data-qa': 'compass', class: 'compass_compass__' + hash()}, this.needle);
    const canvas = make('div', {class: cls('guess-map_canvas')});
    this.button = make('button', {'data-qa': 'perform-guess', disabled: ''}, 'Place your pin on the map');
    const wrap = make('div', {class: cls('game_guessMap') + (this.drills.expanding ? ' late' : '')},
      make('div', {class: cls('guess-map_canvasContainer')}, canvas), this.button);
    const spinner = make('div', {class: cls('fullscreen-spinner_root')}, 'Loading');
    root.append(shown, compass, status, wrap, spinner);
    own.plant(shown, round); own.plant(canvas, round);
    this.map = new TileMap(canvas, TILES, {drills: this.drills, random: this.random, pinned: at => this.pinned(at)});
    own.map = this.map;
    this.button.onclick = () => this.guess(state.round);
    if (this.drills.modal && this.random() < 0.6) {
      this.mishap = setTimeout(() => modal({class: cls('modal_backdrop')}, {class: cls('modal_closeButton')}, 'No, thanks'),
        6000 * this.random());
    }
    const ready = this.panorama.show(round.picture, round.centre, round.heading);
    setTimeout(() => spinner.remove(), 300);
    await ready;
  }
  pinned() { this.button.disabled = false; this.button.textContent = 'Guess'; }
  async round(state) {
    const n = state.round;
    const status = make('div', {class: cls('game_status')},
      make('div', {'data-qa': 'round-number'}, `Round ${n} / ${state.roundCount}`),
      make('div', {'data-qa': 'score'}, `Score ${state.player.totalScore}`));
    if (state.timeLimit) {
      const clock = make('div', {class: cls('clock-timer_timer')});
      status.append(clock); this.tick(clock, Date.now() + 1000 * state.timeLimit, n);
    }
    history.replaceState({}, '', location.pathname);
    await this.play(state, this.root(), status);
  }
  tick(clock, end, n) {
    clearInterval(this.ticking);
    const say = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
      if (!left) { clearInterval(this.ticking); this.guess(n, true); }
    };
    say(); this.ticking = setInterval(say, 250);
  }
  async guess(round, timedOut = false) {
    clearTimeout(this.mishap); clearInterval(this.ticking);
    const at = this.map.at;
    // The button stays a while, as a slow answer leaves it.
    const body = JSON.stringify({token: TOKEN, round, lat: at?.lat ?? null, lng: at?.lng ?? null, timedOut});
    const answer = await own.fetch(`/api/v3/games/${TOKEN}`, {method: 'POST', body});
    if (!answer.ok) return;
    this.result(await answer.json());
  }
  result(state) {
    const guess = state.player.guesses.at(-1), truth = state.rounds[state.round - 1];
    const score = make('div', {class: cls('round-result_score')}, '0 points');
    const next = make('button', {'data-qa': 'close-round-result'}, 'Next');
    const map = make('div', {class: cls('result-map_map')});
    const root = this.root();
    root.append(make('div', {class: cls('result-layout_root')}, map,
      make('div', {class: cls('round-result_wrapper')}, score,
        make('div', {class: cls('round-result_distanceIndicatorWrapper')}, guess.lat === null ? 'no guess' : guess.distance), next)));
    if (guess.lat !== null) resultMap(map, TILES, guess, truth);
    const start = Date.now();
    const count = setInterval(() => {
      const share = Math.min(1, (Date.now() - start) / 900);
      score.textContent = `${Math.round(share * guess.score).toLocaleString('en')} points`;
      if (share === 1) clearInterval(count);
    }, 50);
    if (this.drills.advert) setTimeout(() => advertOver(next, {class: 'adsbygoogle'}, 1500), 50);
    next.onclick = async () => {
      next.onclick = null;
      if (state.state === 'finished') return this.final(state);
      if (this.drills.spa) history.pushState({}, '', location.pathname + '?round=' + (state.round + 1));
      this.round(await this.state());
    };
  }
  final(state) {
    this.root().append(make('div', {class: cls('result-overlay_overlayContent')},
      make('div', {class: cls('standard-final-result_score')}, `${state.player.totalScore.toLocaleString('en')} points`),
      make('button', {'data-qa': 'play-again-button'}, 'Play again')));
  }
}
