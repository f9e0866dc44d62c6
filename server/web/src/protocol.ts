// Generated from server/protocol.py, server/arena/words.py, server/experiments/words.py, server/live/words.py, server/locate/words.py
// by `python -m server.typescript`. Do not edit.

/** Base64 in JSON frames, raw bytes in MessagePack frames. */
export type Bytes = string | Uint8Array;

export const VERSION = 1;
export const SUBPROTOCOL = "homing.v1";
export const MAX_FRAME_BYTES = 25165824;
export const MAX_IMAGE_BYTES = 8388608;
export const MAX_VIEWS = 8;
export const MAX_ID = 64;
export const ARENA_SUBPROTOCOL = "homing.arena.v1";
export const MAX_ROUNDS = 50;
export const MAX_SEATS = 64;
export const MAX_HEALTH = 100000;
export const MAX_MATCHES = 20;
export const LIVE_SUBPROTOCOL = "homing.live.v1";
export const MAX_DELAY_S = 600;
export const MAX_QUEUE = 50;
export const MAX_CANDIDATES = 64;
export const GRID_DECIMALS = 1;
export const MAX_PHOTOS = 4;
export const MAX_PHOTO_BYTES = 33554432;
export const MAX_UPLOAD_BYTES = 67108864;

/** A person is in. */
export interface Admission {
  /** Bearer token of this person; keep it to come back */
  person_token: string;
}

/** Was your opponent a bot, and how sure are you? */
export interface Answer {
  said_bot: boolean;
  /** 0: a guess, 100: certain */
  sure: number;
}

/** What a seat's geolocator thinks possible, without what it will guess. */
export interface Belief {
  /** How many views it rests on */
  views: number;
  /** Most probable first; to a tenth of a degree */
  cells: Array<RankedGeocell>;
}

/** A place where the photo may have been taken, of the posterior. */
export interface BelievedPlace {
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
  probability: number;
  /** Root mean square distance of what it stands for */
  spread_km: number;
}

/** What a duel's round did to one side. */
export interface BlowWord {
  /** Its best guess's */
  score: number;
  /** Of damage that it dealt or would have dealt */
  multiplier: number;
  /** That it took */
  damage: number;
  /** After the round */
  health: number;
}

/** A seat that the bot is to take, like a person. */
export interface BotSeat {
  match: string;
  seat_token: string;
  bundle: string;
}

/** What plays for the bot. */
export interface BotWord {
  bundle: string;
}

/** A bundle that may be asked. */
export interface BundleOffer {
  name: string;
  /** Of the embeddings it takes */
  encoder: string;
}

/** A bundle that can be asked. */
export interface BundleWord {
  name: string;
  /** What it was trained on or indexed from, for people */
  about: string;
  /** What it cannot know, for people; may be '' */
  caveat: string;
}

/** One viewer's guess, without where it was. */
export interface ChatPlace {
  name: string;
  /** Kilometres */
  distance_km: number;
  score: number;
}

/** How the show stands, for its operator. */
export interface DirectorWord {
  settings: ShowSettings;
  /** Wanted; `show.held`: it stands */
  hold: boolean;
  /** How far the show is behind, beside its delay */
  lag_s: number;
  playlist: Array<QueuedMatch>;
  /** Which of them is shown, from 0 */
  stage: number;
  show: ShowWord;
}

/** How a duel ended. */
export interface DuelResult {
  seats: Array<Placed>;
}

/** Why a request failed. Closed and append-only; each says what the client must do. */
export type ErrorCode =
  | "bad_frame"
  | "frame_too_large"
  | "unknown_type"
  | "wrong_version"
  | "hello_expected"
  | "wrong_encoder"
  | "wrong_shape"
  | "image_too_large"
  | "image_broken"
  | "image_bomb"
  | "too_many_views"
  | "busy"
  | "internal"
  | "no_encoder"
  | "too_late"
  | "closing"
  | "unknown_bundle";

/** A view, a request, or a frame that is neither, failed. The connection goes on. */
export interface Failure {
  type: "failure";
  /** The request; null where the frame named none */
  id: string | null;
  /** Send only this one again; null: the request is over */
  view: number | null;
  code: ErrorCode;
  /** The thing, the expectation and the value, for people */
  message: string;
  /** With `busy`: when to come back */
  retry_after_s: number | null;
}

/** One of the places, far from each other, between which the geolocator wavers. */
export interface FarPlace {
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
  probability: number;
}

/** The first message of either side. Said again, it is answered again: the keep-alive. */
export interface Hello {
  type: "hello";
  /** Protocol version, must be equal on both sides */
  version: 1;
  /** Who speaks, for logs */
  software: string;
  /** Encoder of the embeddings this side sends or takes; null: sends views only */
  encoder: string | null;
  /** The server's geolocator; null: a client */
  bundle: string | null;
  /** What may be chosen by request, `bundle` first; a client: empty */
  bundles: Array<BundleOffer>;
}

/** What a study asks of those who are invited. */
export interface Invitation {
  study: string;
  title: string;
  matches: number;
  /** That it takes at most, without waiting */
  minutes: number;
  /** Markdown: what they consent to */
  consent: string;
  /** False: nobody else is admitted */
  open: boolean;
}

/** Consent, and the only thing that is kept of a person: a name of their choice. */
export interface Join {
  nickname: string;
  /** To the text of the invitation */
  consent: true;
}

/** A panorama the client has embedded and averaged itself. */
export interface LocateEmbedding {
  type: "locate_embedding";
  /** Chosen by the client; answers repeat it */
  id: string;
  /** Encoder that made it; must be the chosen bundle's */
  encoder: string;
  /** How many views were averaged */
  views: number;
  /** Plain mean of the views' embeddings */
  embedding: Array<number>;
  /** Time left for the answer, milliseconds from the frame's receipt; null: any */
  deadline_ms: number | null;
  /** One of the server's `Hello.bundles`; null: its first */
  bundle: string | null;
}

/** Photos of one place, to be located together. None of them is kept. */
export interface LocatePhotos {
  /** JPEG, PNG, WebP or HEIC */
  photos: Array<Bytes>;
  /** Whether the one photo is an equirectangular panorama; null: if it is 2:1 */
  panorama: boolean | null;
  /** Null: the server's own */
  bundle: string | null;
  /** Draw heat maps of what spoke for the guess */
  look: boolean;
}

/** One view of a panorama, sent the moment it is captured; each has its answer. */
export interface LocateView {
  type: "locate_view";
  /** Chosen by the client; answers repeat it */
  id: string;
  /** How many views this panorama will have */
  of: number;
  /** Degrees clockwise from north */
  heading: number;
  /** Degrees above the horizon */
  pitch: number;
  /** JPEG, PNG or WebP; HEIC where the server can; base64 in JSON frames */
  image: Bytes;
  /** Time left for the answer, milliseconds from the frame's receipt; null: any */
  deadline_ms: number | null;
  /** One of the server's `Hello.bundles`; null: its first */
  bundle: string | null;
}

/** All views of a panorama at once. */
export interface LocateViews {
  type: "locate_views";
  /** Chosen by the client; answers repeat it */
  id: string;
  views: Array<PanoramaView>;
  /** Time left for the answer, milliseconds from the frame's receipt; null: any */
  deadline_ms: number | null;
  /** One of the server's `Hello.bundles`; null: its first */
  bundle: string | null;
}

/** The answer: an interim one after each streamed view but the last, then the final one. */
export interface Located {
  type: "located";
  /** Chosen by the client; answers repeat it */
  id: string;
  /** How many views it rests on */
  views: number;
  /** False: more views are awaited, and a better answer */
  final: boolean;
  prediction: Prediction;
  timings: Timings;
}

/** Where photos were taken, and why. */
export interface LocatedPhotos {
  bundle: BundleWord;
  /** Whether the photo was read as a panorama */
  panorama: boolean;
  /** How many the prediction rests on */
  views: number;
  /** Of the guess, in words: nearest place and country */
  place: string;
  prediction: Prediction;
  /** The posterior, most probable first */
  belief: Array<BelievedPlace>;
  /** The prediction's, most similar first */
  neighbours: Array<NeighbourTile>;
  /** JPEG, one a view; empty: the bundle does not look */
  heat: Array<Bytes>;
  /** What the first photo's EXIF says; read after the guess, for comparison only */
  taken_at: PointWord | null;
  timings: Timings;
}

/** A look that was taken: whether it decided, nothing else. */
export interface LookWord {
  number: number;
  decided: boolean;
}

/** A match as one seat, or a watcher, may see it now. */
export interface MatchWord {
  match: string;
  /** Higher when anything else in here but clocks changed */
  version: number;
  /** Of the caller's seat; '': a watcher */
  name: string;
  /** The caller's place in `seats`; null: a watcher */
  seat: number | null;
  pack: string;
  rules: Rules;
  /** The map's size: score decays by e per tenth of it */
  diagonal_km: number;
  /** Null: a match of one seat, played at its pace */
  shared: SharedRules | null;
  /** lobby: seats may be taken. ready: the next round may be started */
  phase: "lobby" | "ready" | "round" | "over";
  /** Until the next round starts by itself; null: it waits, or none is next */
  starts_in_s: number | null;
  /** The running round */
  round: RoundWord | null;
  /** In the order in which they were taken */
  seats: Array<SeatWord>;
  /** Empty in the lobby */
  sides: Array<SideWord>;
  /** A side, once the match is over; null then: a draw */
  winner: number | null;
  /** Rounds that are over, in order */
  outcomes: Array<Outcome>;
  /** Of the caller's side; a watcher's is 0 */
  total_score: number;
}

/** A panorama of the index that looks alike. */
export interface Neighbour {
  /** Id in the pack it was indexed from */
  panorama: string;
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
  /** Cosine, -1 to 1 */
  similarity: number;
}

/** A retrieved neighbour, to be shown. */
export interface NeighbourTile {
  /** Id in the pack it was indexed from */
  panorama: string;
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
  /** Cosine, -1 to 1 */
  similarity: number;
  /** In words: nearest place and country */
  place: string;
  /** From the guess */
  distance_km: number;
  /** retrieval: the refined guess is where it is; classification: the best match in another of the probable geocells */
  group: "retrieval" | "classification";
  /** JPEG; null: its pack is not at hand */
  thumbnail: Bytes | null;
}

/** Wish for a match on the panoramas of one pack. */
export interface NewMatch {
  pack: string;
  /** Play only this split; null: all panoramas */
  split: "train" | "validation" | "test" | "holdout" | null;
  /** Same seed, same panoramas; null: any */
  seed: number | null;
  /** Of the seat */
  name: string;
  rules: Rules;
}

/** Wish for a match that seats are invited to. Who opens it takes none by that. */
export interface NewSharedMatch {
  pack: string;
  /** Play only this split; null: all panoramas */
  split: "train" | "validation" | "test" | "holdout" | null;
  /** Same seed, same panoramas; null: any */
  seed: number | null;
  rules: Rules;
  shared: SharedRules;
}

/** A new shared match and what opens it. Each is a bearer token, kept nowhere on the server. */
export interface Opened {
  match: string;
  /** Starts the match; sees what a watcher sees */
  host_token: string;
  /** Takes a seat, while there is one; for those who shall play */
  invite: string;
  /** Sees what all seats may see; for spectators */
  watch_token: string;
}

/** What the operator wants now. */
export interface Order {
  /** hold: stop before the next round. go_on: from where it stopped. rewind: the last scoring again. go_live: skip what the show lags behind. next_match: of the queue */
  do: "hold" | "go_on" | "rewind" | "go_live" | "next_match";
}

/** A round that is over. `guess` to `time_s` are the caller's own; see `turns` for all. */
export interface Outcome {
  number: number;
  /** The truth */
  location: PointWord;
  /** Null: the clock ran out without a pin, or the caller did not play */
  guess: PointWord | null;
  distance_km: number | null;
  score: number;
  /** From the round's start to the guess or the end */
  time_s: number;
  licence: string;
  attribution: string;
  /** Where that is, in words: nearest place and country; may be '' */
  place: string;
  /** Of all seats that played it */
  turns: Array<TurnWord>;
  /** Of all sides, in their order; empty: classic */
  blows: Array<BlowWord>;
}

/** Opens the overlay and nothing else. The server keeps its digest only. */
export interface OverlayToken {
  overlay_token: string;
}

/** A pack that can be played. */
export interface PackWord {
  name: string;
  about: string;
  /** How many */
  panoramas: number;
  /** How many in each split */
  by_split: Record<string, number>;
}

/** One view inside `LocateViews`. */
export interface PanoramaView {
  /** Degrees clockwise from north */
  heading: number;
  /** Degrees above the horizon */
  pitch: number;
  /** JPEG, PNG or WebP; HEIC where the server can; base64 in JSON frames */
  image: Bytes;
}

/** A line of the history. */
export interface PastRound {
  number: number;
  place: string;
  /** Of each side */
  scores: Array<number>;
  /** That each side took; empty: classic */
  damages: Array<number>;
}

/** Where a person is in the study. */
export interface PersonWord {
  study: string;
  title: string;
  nickname: string;
  /** practice: play `table`, then say ready. rest: say ready. waiting: ask again. match: play `table`. question: answer. debrief: the end */
  phase: "practice" | "rest" | "waiting" | "match" | "question" | "debrief";
  /** Of the match that is played, judged or next, from 1 */
  number: number;
  matches: number;
  /** In practice, match and question */
  table: TableWord | null;
  /** The practice round has been played */
  practised: boolean;
  /** Markdown, at the end */
  debrief: string | null;
  /** At the end */
  reveals: Array<RevealWord>;
}

/** A place on the guess map, for the running round. */
export interface Pin {
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
}

/** Where a seat came in in a duel. */
export interface Placed {
  name: string;
  side: number;
  /** Of its side: 0 is the best, equal ones drew */
  place: number;
}

/** A place on Earth. */
export interface PointWord {
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
}

/** What the geolocator says of one panorama; the fields of `models.geolocator.Prediction`. */
export interface Prediction {
  /** Most probable first */
  geocells: Array<RankedGeocell>;
  /** Centroid of the best geocell */
  geocell_guess: PointWord;
  /** After retrieval inside the top geocells */
  refined_guess: PointWord;
  /** The decided guess: the one to play */
  guess: PointWord;
  /** Why this guess, for people */
  reason: string;
  /** Half of the true places lie within this of `guess` */
  radius_50_km: number;
  /** Nine tenths of them do */
  radius_90_km: number;
  /** Points on the map that the bundle was made for */
  expected_score: number;
  /** Most similar first */
  neighbours: Array<Neighbour>;
  encoder: string;
  bundle: string;
  /** `guess`, then its rivals far away; they sum to 1. Empty: not known */
  places: Array<FarPlace>;
}

/** What the experimenter may see: counts, not who is who or who is ahead. */
export interface Progress {
  study: string;
  title: string;
  /** Of the frozen plan */
  sha256: string;
  frozen_at: string;
  /** Of the secret that draws the orders; told at the end */
  order_sha256: string;
  admitted: number;
  /** People who have to finish */
  wanted: number;
  finished: number;
  by_phase: Record<string, number>;
  /** People in a match right now */
  playing: number;
  /** Matches that are over, each person's counted */
  played: number;
  /** The program that plays for the bot has asked for seats */
  bot_ready: boolean;
  looks: Array<LookWord>;
  /** Why; null: open */
  closed: string | null;
}

/** A match to be shown later. */
export interface QueueMatch {
  match: string;
  /** Shows that the caller may; not kept */
  host_token: string;
}

/** A match of the playlist. */
export interface QueuedMatch {
  match: string;
  phase: "lobby" | "ready" | "round" | "over";
  names: Array<string>;
}

/** A geocell with the probability that the panorama lies in it. */
export interface RankedGeocell {
  name: string;
  probability: number;
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
}

/** A name's Glicko-2 rating from its duels in this arena. */
export interface Rating {
  name: string;
  /** 1500: nothing is known */
  rating: number;
  /** True strength is within twice this, 19 of 20 times */
  deviation: number;
  volatility: number;
  duels: number;
}

/** Why the arena refused; the body of every 4xx answer. */
export interface Refusal {
  detail: string;
}

/** A match to be watched again. Seats get it when it is over, watchers round by round. */
export interface Replay {
  match: MatchWord;
  rounds: Array<ReplayedRound>;
}

/** A move of a seat's pin. */
export interface ReplayedPin {
  seat: number;
  /** From the round's start */
  time_s: number;
  pin: PointWord;
}

/** What a geolocator told a seat. */
export interface ReplayedPrediction {
  seat: number;
  /** From the round's start */
  time_s: number;
  prediction: Prediction;
}

/** All that happened in a round. */
export interface ReplayedRound {
  /** As the caller sees it in a `MatchWord` */
  outcome: Outcome;
  /** Path of the equirectangular JPEG, for the same token */
  image: string;
  /** Of the picture's centre column */
  heading: number;
  hfov_deg: number;
  /** From its start to its end */
  length_s: number;
  /** In order */
  pins: Array<ReplayedPin>;
  /** In order */
  predictions: Array<ReplayedPrediction>;
  /** After the round */
  sides: Array<SideWord>;
}

/** How the shown round ended. */
export interface Reveal {
  /** The truth */
  location: PointWord;
  /** In words; may be '' */
  place: string;
  /** Of all seats that played it */
  turns: Array<TurnWord>;
  /** Of all sides; empty: classic */
  blows: Array<BlowWord>;
  licence: string;
  attribution: string;
}

/** What a match was, told at the end. */
export interface RevealWord {
  number: number;
  /** Of the opponent */
  alias: string;
  was_bot: boolean;
  /** By the person; null: not asked */
  said_bot: boolean | null;
  sure: number | null;
  /** By the person; 0.5: a draw */
  won: number;
}

/** A running round: the picture and the clock, nothing of the place. */
export interface RoundWord {
  number: number;
  /** Path of the equirectangular JPEG, for this seat's token */
  image: string;
  /** Of the picture's centre column */
  heading: number;
  /** What the picture covers; 360: all round */
  hfov_deg: number;
  /** Null: no clock */
  time_left_s: number | null;
  /** Placed but not submitted; guessed at the deadline */
  pin: PointWord | null;
  /** The caller's own, submitted: wait for the others */
  guess: PointWord | null;
}

/** How rounds are played. Moving is never possible: a panorama is one place. */
export interface Rules {
  rounds: number;
  /** Per round; null: no clock */
  time_limit_s: number | null;
  /** False: the view stays where it starts */
  pan: boolean;
  /** False: the view keeps its field of view */
  zoom: boolean;
}

/** A seat as all may see it: not whether a person or a program sits there. */
export interface SeatWord {
  name: string;
  /** Its place in `sides` */
  side: number;
  /** Has guessed in the running round */
  locked: boolean;
  /** Wants the next round */
  ready: boolean;
}

/** A match and the caller's seat in it. */
export interface Seated {
  match: string;
  /** Its place in `seats` */
  seat: number;
  /** Bearer token of this seat; keep it to come back */
  seat_token: string;
}

/** How several seats play the same rounds. */
export interface SharedRules {
  /** classic: points add up. duels: the worse side loses health, and at 0 the match; duels_a: one multiplier for all, duels_b: who wins a round raises its own */
  mode: "classic" | "duels_a" | "duels_b";
  /** With so many taken, the match starts by itself */
  seats: number;
  /** The best guess of a team counts; 0: no teams */
  teams: number;
  /** Time for the others; null: they keep the clock */
  after_first_guess_s: number | null;
  /** Before each round, unless all are ready earlier; null: until all are */
  pause_s: number | null;
  /** Of a side, at first */
  health: number;
  /** Whether a duel changes the ratings of those who keep their names */
  rated: boolean;
}

/** What the operator chooses. */
export interface ShowSettings {
  /** Everything is held back */
  delay_s: number;
  layout: "full" | "bar" | "map";
  /** Hide names and codes */
  streamer: boolean;
}

/** All that an overlay shows, as it stood when the show's clock was there. */
export interface ShowWord {
  /** ready: before round 1. suspense: all have locked in. reveal: until the next round. over: the final */
  phase: "lobby" | "ready" | "round" | "suspense" | "reveal" | "over";
  /** Since when, by the show's clock */
  phase_s: number;
  /** Shown; 0: none yet */
  round: number;
  /** At most */
  rounds: number;
  mode: "classic" | "duels_a" | "duels_b";
  /** Its name; '': streamer mode */
  pack: string;
  /** Of the round; null: no clock */
  time_left_s: number | null;
  /** Until the next round; null: not known */
  starts_in_s: number | null;
  seats: Array<ShownSeat>;
  /** Empty in the lobby */
  sides: Array<ShownSide>;
  full_health: number;
  /** Null before the reveal */
  reveal: Reveal | null;
  /** Null before the reveal, or nobody guessed */
  chat: ShownChat | null;
  /** Rounds that have been revealed */
  history: Array<PastRound>;
  /** A side, in the final; null then: a draw */
  winner: number | null;
  layout: "full" | "bar" | "map";
  /** Names and codes are hidden */
  streamer: boolean;
  /** The show stands still */
  held: boolean;
  /** Which match of the playlist, from 0 */
  stage: number;
}

/** What the viewers guessed in the shown round. */
export interface ShownChat {
  /** How many guessed */
  viewers: number;
  /** Nearest first */
  closest: Array<ChatPlace>;
  mean_score: number;
}

/** A player in the shown round. */
export interface ShownSeat {
  name: string;
  /** Its place in `sides` */
  side: number;
  locked: boolean;
  /** In order; empty: it tells none */
  views: Array<ShownView>;
  /** The newest; null: it tells none */
  belief: Belief | null;
  /** The commentary on it; '': nothing to say */
  said: string;
}

/** A seat, or a team of them. */
export interface ShownSide {
  name: string;
  /** After the shown round, once that is revealed */
  score: number;
  score_before: number;
  /** As `score`; null: classic */
  health: number | null;
  health_before: number | null;
  /** Of damage that it deals; null: classic */
  multiplier: number | null;
}

/** A picture that a seat's bot has captured; its JPEG has a path of its own. */
export interface ShownView {
  number: number;
  /** Degrees clockwise from north */
  heading: number;
  /** What spoke for its guess is to be had, at the view's path /heat */
  heat: boolean;
}

/** A seat, or a team of them. */
export interface SideWord {
  /** Points so far; of a team, its best guess of each round */
  score: number;
  /** Null: classic */
  health: number | null;
  /** Of damage that it deals, in this round or the next; null: classic */
  multiplier: number | null;
}

/** A match to be played in the arena, and the person's seat in it. */
export interface TableWord {
  match: string;
  seat_token: string;
  /** What they are called in it */
  alias: string;
  /** Number of their picture in it */
  avatar: number;
  /** Of the opponent; null: practice */
  rival_alias: string | null;
  rival_avatar: number | null;
}

/** Wish for a seat; the invite goes with it as bearer token. */
export interface TakeSeat {
  /** As the others see it; no two seats of a match share one */
  name: string;
  /** From 0; null: the smallest one */
  team: number | null;
  /** Of the player's own making: whoever came first keeps the name by it, and has a rating; null: a name that nobody keeps, not rated */
  player_token: string | null;
}

/** Where the server's time went, milliseconds, summed over this request so far. Of calls that served several requests at once, their whole length. */
export interface Timings {
  decode_ms: number;
  embed_ms: number;
  locate_ms: number;
}

/** What one seat did in a round that is over. */
export interface TurnWord {
  seat: number;
  /** Null: the clock ran out without a pin */
  guess: PointWord | null;
  distance_km: number | null;
  score: number;
  /** From the round's start */
  time_s: number;
  /** The clock submitted the pin, if there was one */
  timed_out: boolean;
}

export type ClientMessage = Hello | LocateView | LocateViews | LocateEmbedding;

export type ServerMessage = Hello | Located | Failure;
