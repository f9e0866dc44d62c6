// Generated from server/protocol.py
// by `python -m server.typescript`. Do not edit.

/** Base64 in JSON frames, raw bytes in MessagePack frames. */
export type Bytes = string | Uint8Array;

export const VERSION = 1;
export const SUBPROTOCOL = "homing.v1";
export const MAX_FRAME_BYTES = 25165824;
export const MAX_IMAGE_BYTES = 8388608;
export const MAX_VIEWS = 8;
export const MAX_ID = 64;

/** A bundle that may be asked. */
export interface BundleOffer {
  name: string;
  /** Of the embeddings it takes */
  encoder: string;
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

/** One view inside `LocateViews`. */
export interface PanoramaView {
  /** Degrees clockwise from north */
  heading: number;
  /** Degrees above the horizon */
  pitch: number;
  /** JPEG, PNG or WebP; HEIC where the server can; base64 in JSON frames */
  image: Bytes;
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

/** A geocell with the probability that the panorama lies in it. */
export interface RankedGeocell {
  name: string;
  probability: number;
  /** Latitude, degrees */
  lat: number;
  /** Longitude, degrees */
  lng: number;
}

/** Where the server's time went, milliseconds, summed over this request so far. Of calls that served several requests at once, their whole length. */
export interface Timings {
  decode_ms: number;
  embed_ms: number;
  locate_ms: number;
}

export type ClientMessage = Hello | LocateView | LocateViews | LocateEmbedding;

export type ServerMessage = Hello | Located | Failure;
