// What of the extension needs no browser. Run by tests/extension/test_pure.py.
import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, httpUrl, socketUrl } from "../../extension/src/address";
import { diagnose } from "../../extension/src/diagnose";
import { descriptionOf, isPrivate, originOf, refusedWord } from "../../extension/src/description";
import { moved, nextMove, toPixel, wheelPx, zoomed } from "../../extension/src/guess-map";
import { failureWords, Inquiry, retryAfterS } from "../../extension/src/inquiry";
import { KEEP_ALIVE_MS, Line, type Surroundings } from "../../extension/src/line";
import { ellipse, frameOf } from "../../extension/src/little-map";
import type { Standing } from "../../extension/src/port";
import type { Failure } from "../../extension/src/protocol";
import { DEFAULTS, settingsOf } from "../../extension/src/settings";
import { tileNumber, viewOfTiles } from "../../extension/src/tile-view";
import { distance, percent, place } from "../../extension/src/words";

const failure = (code: Failure["code"], retry_after_s: number | null = null): Failure => ({
  type: "failure",
  id: "a",
  view: null,
  code,
  message: "so it is",
  retry_after_s,
});

test("an address is taken as it is typed or pasted", () => {
  const printed = addressOf(" http://127.0.0.1:8321/#token=a-B_9.~ ");
  assert.deepEqual(printed, { server: "ws://127.0.0.1:8321", token: "a-B_9.~" });
  assert.equal(addressOf("localhost:9000").server, "ws://localhost:9000");
  assert.equal(addressOf("https://homing.example/x?y").server, "wss://homing.example");
  assert.equal(socketUrl("ws://[::1]:8321"), "ws://[::1]:8321/ws/locate");
  assert.equal(httpUrl("wss://homing.example", "/ready"), "https://homing.example/ready");
  assert.throws(() => addressOf("file:///etc/passwd"), /begins with ws:\/\/ or http:\/\//);
  assert.throws(() => addressOf("  "), /got: nothing/);
});

test("stored rubbish becomes the defaults", () => {
  assert.deepEqual(settingsOf({}), DEFAULTS);
  const odd = settingsOf({ mode: "cheat", automatic: "yes", token: 7, consents: ["geoguessr", 3], described: [null, {}], submit: true });
  assert.deepEqual(odd, { ...DEFAULTS, submit: true, consents: ["geoguessr"] });
});

test("a panorama is sent once, and all anew under a fresh id after a refusal", () => {
  const inquiry = new Inquiry("p", 2);
  inquiry.add({ heading: 0, image: "AA" });
  const [first] = inquiry.unsent();
  assert.deepEqual(inquiry.unsent(), []);
  inquiry.restart();
  inquiry.add({ heading: 90, image: "BB" });
  const again = inquiry.unsent();
  assert.deepEqual(again.map(({ heading, image, of }) => [heading, image, of]), [[0, "AA", 2], [90, "BB", 2]]);
  assert.notEqual(again[0]?.id, first?.id);
  assert.equal(new Set(again.map(({ id }) => id)).size, 1);
});

test("busy is waited out as long as the server says, and up to half as long again", () => {
  assert.equal(retryAfterS(failure("busy", 4), 0), 4);
  assert.equal(retryAfterS(failure("busy", 4), 1), 6);
  assert.equal(retryAfterS(failure("busy"), 0), 2);
  assert.equal(retryAfterS(failure("image_broken"), 0), null);
  assert.match(failureWords(failure("image_broken")), /so it is/);
});

test("pixels are those of the slippy map", () => {
  // OpenStreetMap wiki, "Slippy map tilenames": at zoom 7, 85.0511 N is the top, and the north-west
  // corner of tile 66, 42 lies at 52.4827802 N, 5.625 E.
  const view = { lat: 0, lng: 0, zoom: 7, width: 0, height: 0 };
  const spot = toPixel(view, 52.4827802, 5.625);
  assert.ok(Math.abs(spot.x - (66 - 64) * 256) < 0.01);
  assert.ok(Math.abs(spot.y - (42 - 64) * 256) < 0.01);
  assert.ok(Math.abs(toPixel(view, 85.0511287798066, 0).y + 64 * 256) < 1e-6);
  const east = toPixel({ ...view, lng: 179 }, 0, -179); // two degrees on, not 358 back
  assert.ok(Math.abs(east.x - (2 / 360) * 256 * 2 ** 7) < 1e-6);
});

test("what lies under the pointer stays when the map zooms, and goes along when it is dragged", () => {
  const view = { lat: 24, lng: 170, zoom: 2, width: 600, height: 400 };
  const spot = toPixel(view, -20, -170);
  const nearer = toPixel(zoomed(view, spot, 1.3), -20, -170);
  assert.ok(Math.hypot(nearer.x - spot.x, nearer.y - spot.y) < 1e-6);
  const along = toPixel(moved(view, 30, -12), -20, -170);
  assert.ok(Math.hypot(along.x - spot.x - 30, along.y - spot.y + 12) < 1e-6);
});

test("tiles say what their map shows", () => {
  assert.deepEqual(tileNumber("https://tile.openstreetmap.org/7/63/42.png"), [7, 63, 42]);
  assert.deepEqual(tileNumber("https://mt1.google.com/vt/lyrs=m&x=63&y=42&z=7&scale=2"), [7, 63, 42]);
  assert.deepEqual(tileNumber("https://maps.google.com/maps/vt?pb=!1m5!1m4!1i7!2i63!3i42"), [7, 63, 42]);
  assert.equal(tileNumber("https://example.org/logo.png"), null);
  // The north-west corner of tile 66, 42 at zoom 7 as above: here it is in the middle of the map.
  const tile = (x: number, y: number, left: number, top: number) => ({
    address: `https://tile.openstreetmap.org/7/${x}/${y}.png`,
    box: { left, top, width: 256, height: 256 },
  });
  const map = { left: 100, top: 50, width: 400, height: 300 };
  const view = viewOfTiles([tile(66, 42, 300, 200), tile(65, 42, 44, 200), tile(66, 41, 300, -56)], map);
  assert.ok(view && Math.abs(view.lat - 52.4827802) < 1e-6 && Math.abs(view.lng - 5.625) < 1e-9);
  assert.deepEqual([view.zoom, view.width, view.height], [7, 400, 300]);
  assert.equal(viewOfTiles([tile(66, 42, 300, 200), tile(65, 42, 60, 200)], map), null); // on their way
  assert.equal(viewOfTiles([], map), null);
});

test("a site is described in words, and only games of one's own are played there", () => {
  const things = { panorama: "#pano", map: "#map", guess: "#go", result: "#end" };
  const told = { private: ["/play/\\w+"], refused_words: ["\\branked\\b"], things };
  const site = descriptionOf(JSON.stringify(told));
  assert.ok(isPrivate(site, "/play/abc"));
  assert.ok(!isPrivate(site, "/play/abc?ranked=1") && !isPrivate(site, "/en/play/abc"));
  assert.equal(refusedWord(site, "Now: Ranked duel"), "Ranked");
  assert.equal(refusedWord(site, "Now: unranked"), null);
  assert.throws(() => descriptionOf("site = 'x'"), /in JSON/);
  assert.throws(() => descriptionOf("null"), /panorama, map, guess, result/);
  assert.throws(() => descriptionOf(JSON.stringify({ ...told, things: { ...things, guess: 3 } })), /none for: guess/);
  assert.throws(() => descriptionOf(JSON.stringify({ ...told, private: [] })), /that you play alone/);
  assert.throws(() => descriptionOf(JSON.stringify({ ...told, private: ["("] })), SyntaxError);
  assert.equal(originOf(" guess.example/play "), "https://guess.example");
  assert.throws(() => originOf("http://guess.example"), /begins with https/);
  for (const address of ["https://www.geoguessr.com/game", "WORLDGUESSR.com.", "geoguessr\uff0ecom"])
    assert.throws(() => originOf(address), /is known here/, address);
});

test("the hand zooms where the target is, clicks when near, drags when it is out of sight", () => {
  const view = { lat: 24, lng: 0, zoom: 1, width: 600, height: 400 };
  assert.equal(nextMove(view, 46.8, 8.4).type, "wheel");
  assert.equal(nextMove({ ...view, lat: 46.8, lng: 8.4, zoom: 10 }, 46.8, 8.4).type, "click");
  assert.equal(nextMove({ ...view, lat: 46.8, lng: 8.4, zoom: 10 }, 46.8, 8.9).type, "drag");
  const far = nextMove({ ...view, zoom: 10 }, -30, 170);
  assert.ok(far.type === "wheel" && far.levels < 0);
});

test("the wheel's delta is the inverse of Leaflet's levels", () => {
  for (const levels of [-3, 0.5, 3.9]) {
    // Leaflet 1.9, Map.ScrollWheelZoom._performZoom
    const d2 = wheelPx(levels, 100) / (100 * 4);
    const d3 = (4 * Math.log(2 / (1 + Math.exp(-Math.abs(d2))))) / Math.LN2;
    assert.ok(Math.abs(d3 - Math.abs(levels)) < 1e-9);
    assert.equal(Math.sign(d2), Math.sign(levels));
  }
});

test("the little map shows the circle of 90 %, and at most as wide as the world", () => {
  const small = frameOf({ guess: { lat: 46.8, lng: 8.4 }, radius_90_km: 111.195 });
  assert.equal(small.height, 6);
  assert.equal(small.x + small.width / 2, 8.4);
  assert.ok(Math.abs(small.y + small.height / 2 + 46.8) < 1e-9);
  const large = frameOf({ guess: { lat: 80, lng: 170 }, radius_90_km: 20_000 });
  assert.deepEqual([large.width, large.y], [360, -90]);
  const { rx, ry } = ellipse(60, 111.195);
  assert.ok(Math.abs(ry - 1) < 1e-9 && Math.abs(rx - 2) < 1e-9); // cos 60 degrees is a half
});

test("numbers as people read them", () => {
  assert.deepEqual([0.32, 4.16, 12345.6].map(distance), ["320 m", "4.2 km", "12,346 km"]);
  assert.deepEqual([0.62, 0.043].map(percent), ["62 %", "4.3 %"]);
  assert.equal(place(-33.8568, -78.4678), "33.86° S, 78.47° W");
});

test("what keeps the door shut is told apart", async () => {
  const seen: string[] = [];
  const told = async (answers: (url: string, options: RequestInit) => Response): Promise<Standing> =>
    diagnose({ server: "ws://127.0.0.1:1", token: "t" }, "homing serve", async (url, options) => {
      seen.push(url);
      return answers(url, options);
    });
  const json = (body: object, status = 200): Response => new Response(JSON.stringify(body), { status });
  const dead = (): never => {
    throw new TypeError("Failed to fetch");
  };
  const ready = { status: "ready", problem: null };
  assert.match((await told(dead)).words, /No server at ws:\/\/127\.0\.0\.1:1\. Start it with: homing serve/);
  assert.match((await told(() => json({ status: "loading" }, 503))).words, /loading its models/);
  assert.match((await told(() => json({ status: "failed", problem: "no bundle x" }, 503))).words, /no bundle x/);
  const wrong = await told((url) => (url.endsWith("/ready") ? json(ready) : json({}, 401)));
  assert.deepEqual([wrong.state, /token/.test(wrong.words)], ["refused", true]);
  assert.equal((await told(() => json(ready))).state, "away");
  assert.ok(seen.every((url) => !url.includes("token")));
});

/** Sockets and a clock that do as the test says. */
class Stage implements Surroundings {
  sockets: { url: string; protocols: string[]; sent: string[]; closed: boolean; socket: WebSocket }[] = [];
  waits: { ms: number; call: () => void; off: boolean }[] = [];
  standing: Standing = { state: "away", words: "gone" };

  open(url: string, protocols: string[]): WebSocket {
    const entry = { url, protocols, sent: [] as string[], closed: false, socket: {} as WebSocket };
    entry.socket.send = (data) => entry.sent.push(String(data));
    entry.socket.close = () => (entry.closed = true);
    this.sockets.push(entry);
    return entry.socket;
  }

  diagnose(): Promise<Standing> {
    return Promise.resolve(this.standing);
  }

  later(ms: number, call: () => void): () => void {
    const wait = { ms, call, off: false };
    this.waits.push(wait);
    return () => (wait.off = true);
  }

  chance(): number {
    return 0.5;
  }

  get last(): Stage["sockets"][number] {
    return this.sockets[this.sockets.length - 1] as Stage["sockets"][number];
  }

  /** Runs what waits now; its time in ms. */
  tick(): number {
    const wait = this.waits.filter(({ off }) => !off).pop();
    assert.ok(wait);
    wait.off = true;
    wait.call();
    return wait.ms;
  }

  greet(): void {
    this.last.socket.onopen?.({} as Event);
    this.hear({ type: "hello", version: 1, software: "s", encoder: "e", bundle: "small" });
  }

  hear(message: object): void {
    this.last.socket.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }

  async lose(): Promise<void> {
    this.last.socket.onclose?.({} as CloseEvent);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function line(): { stage: Stage; line: Line } {
  const stage = new Stage();
  const line = new Line("tests", stage);
  line.turnTo({ server: "ws://127.0.0.1:1", token: "t" });
  return { stage, line };
}

test("the line says hello first, and again every 20 s", () => {
  const { stage, line: own } = line();
  assert.deepEqual(stage.last.protocols, ["homing.v1", "token.t"]);
  assert.equal(own.send({ type: "hello", version: 1, software: "x", encoder: null, bundle: null }), false);
  stage.greet();
  assert.equal(own.standing.state, "online");
  assert.equal(JSON.parse(stage.last.sent[0] ?? "").type, "hello");
  assert.equal(stage.tick(), KEEP_ALIVE_MS);
  assert.equal(stage.last.sent.length, 2);
  stage.hear({ type: "hello", version: 1, software: "s", encoder: "e", bundle: "small" });
  assert.equal(stage.tick(), KEEP_ALIVE_MS);
  assert.ok(KEEP_ALIVE_MS < 30_000);
});

test("a lost line is opened again with growing pauses, and a greeting makes them short again", async () => {
  const { stage } = line();
  const pauses = [];
  for (let n = 0; n < 7; n++) {
    await stage.lose();
    pauses.push(stage.tick());
  }
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 15000, 15000]);
  stage.greet();
  await stage.lose();
  assert.equal(stage.tick(), 500);
});

test("where it is in vain nobody tries again, until somebody asks", async () => {
  const { stage, line: own } = line();
  stage.standing = { state: "refused", words: "no" };
  await stage.lose();
  assert.equal(stage.waits.filter(({ off }) => !off).length, 0);
  own.wake();
  assert.equal(stage.sockets.length, 2);
  own.wake(); // one is on its way
  assert.equal(stage.sockets.length, 2);
});

test("another token hangs up and calls anew; news of the old line are not heard", async () => {
  const { stage, line: own } = line();
  stage.greet();
  const [old] = stage.sockets;
  own.turnTo({ server: "ws://127.0.0.1:1", token: "other" });
  assert.equal(old?.closed, true);
  assert.deepEqual(stage.last.protocols, ["homing.v1", "token.other"]);
  old?.socket.onclose?.({} as CloseEvent);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(own.standing.state, "connecting");
});

test("another version of the protocol is told in words", () => {
  const { stage, line: own } = line();
  stage.last.socket.onopen?.({} as Event);
  stage.hear(failure("wrong_version"));
  assert.deepEqual([own.standing.state, /another version/.test(own.standing.words)], ["refused", true]);
});
