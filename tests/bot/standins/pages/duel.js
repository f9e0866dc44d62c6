// A party's duel, or a live challenge: the host starts it, the page of a party goes there without
// loading anew, and a socket tells the whole state; what is newer by its version replaces what was.
class DuelPage extends Page {
  async begin() {
    document.querySelector('#__next').append(make('div', {class: cls('party_lobby')}, 'Waiting for the host'));
    this.version = -1; this.attempt = 0;
    const party = location.pathname.startsWith('/party');
    setTimeout(() => { if (party) history.pushState({}, '', '/duels/' + TOKEN); this.connect(); }, 800);
  }
  connect() {
    const query = `c=web-1&tabId=1&attempt=${++this.attempt}&visibility=visible${this.attempt > 1 ? '&reconnect=true' : ''}`;
    this.socket = new own.WebSocket(`ws://${location.host}/node/${TOKEN}/ws?${query}`);
    this.socket.onopen = () => this.socket.send(JSON.stringify({code: 'SubscribeToLobby', gameId: TOKEN}));
    this.socket.onmessage = e => this.hear(JSON.parse(e.data).duel.state);
    this.socket.onclose = e => { if (e.code !== 4100 && !this.over) setTimeout(() => this.connect(), 300); };
  }
  async hear(s) {
    if (s.version <= this.version) return;
    this.version = s.version;
    this.end = Date.now() + 1000 * s.leftSeconds; this.opponent = s.opponentGuessed;
    if (s.status === 'Finished') { this.over = true; clearInterval(this.ticking); return this.finish(); }
    const key = s.currentRoundNumber + (s.between ? ' result' : '');
    if (key === this.key) { if (s.hasGuessed && this.button) this.button.disabled = true; return; }
    this.key = key; clearInterval(this.ticking); clearTimeout(this.mishap);
    if (s.between) return this.told(s);
    await this.duelRound(s);
  }
  async duelRound(s) {
    const n = s.currentRoundNumber, clock = make('div', {class: cls('clock-timer_timer')});
    const status = make('div', {class: cls('hud_middle')}, clock);
    const banner = make('p', {class: cls('new-round_roundNumber')}, `Round ${n}`);
    this.ticking = setInterval(() => {
      // The clock shows itself when the other has guessed.
      clock.textContent = this.opponent ? '0:' + String(Math.max(0, Math.ceil((this.end - Date.now()) / 1000))).padStart(2, '0') : '';
    }, 200);
    const root = this.root(); root.append(banner);
    setTimeout(() => banner.remove(), 2500);
    await this.play({round: n, rounds: s.rounds}, root, status);
  }
  pinned(at) {
    super.pinned(at);
    const n = +this.key;
    own.fetch(`/node/${TOKEN}/pin`, {method: 'POST', body: JSON.stringify({lat: at.lat, lng: at.lng, roundNumber: n})});
  }
  async guess(n) {
    const {at} = this.map;
    const answer = await own.fetch(`/node/${TOKEN}/guess`, {method: 'POST', body: JSON.stringify({lat: at.lat, lng: at.lng, roundNumber: n})});
    if (answer.ok) this.button.disabled = true;
  }
  told(s) {
    const guess = s.guess, truth = s.rounds[s.currentRoundNumber - 1], root = this.root();
    const map = make('div', {class: cls('result-map_map')});
    const wrap = make('div', {class: cls('round-result_wrapper')}, make('div', {class: cls('round-result_score')}, `${guess.score.toLocaleString('en')} points`),
      make('div', {class: cls('round-result_distanceIndicatorWrapper')}, guess.distance || 'no guess'));
    root.append(make('div', {class: cls('result-layout_root')}, map, wrap));
    if (guess.lat !== null) resultMap(map, TILES, guess, truth);
  }
  finish() {
    this.root().append(make('div', {class: cls('game-finished_bottomContent'), style: 'position:absolute;bottom:40px'},
      make('button', {class: cls('button_variantPrimary')}, 'Continue')));
  }
}
