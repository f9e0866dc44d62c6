// Cues as short tones; off unless the address says sound=1. No files: an overlay loads nothing.
import type { ShowWord } from "./protocol";

type Note = [hz: number, atS: number, lengthS: number];

const CUES: Record<string, Note[]> = {
  round: [[523, 0, 0.12], [784, 0.13, 0.2]],
  view: [[1175, 0, 0.05]],
  locked: [[392, 0, 0.1], [587, 0.1, 0.22]],
  suspense: [[110, 0, 0.5], [110, 0.8, 0.5], [117, 1.6, 0.7]],
  reveal: [[659, 0, 0.12], [880, 0.12, 0.12], [1319, 0.24, 0.4]],
  over: [[523, 0, 0.18], [659, 0.18, 0.18], [784, 0.36, 0.18], [1047, 0.54, 0.7]],
};
const LOUD = 0.12;

export class Sounds {
  readonly #context: AudioContext | null;

  constructor(on: boolean) {
    this.#context = on ? new AudioContext() : null;
  }

  hear(word: ShowWord, last: ShowWord | null): void {
    if (!last) return;
    if (word.phase !== last.phase) this.#play(word.phase);
    else if (count(word, (seat) => Number(seat.locked)) > count(last, (seat) => Number(seat.locked))) this.#play("locked");
    else if (count(word, (seat) => seat.views.length) > count(last, (seat) => seat.views.length)) this.#play("view");
  }

  #play(cue: string): void {
    for (const note of CUES[cue] ?? []) this.#tone(note);
  }

  #tone([hz, atS, lengthS]: Note): void {
    const context = this.#context;
    if (!context) return;
    const start = context.currentTime + atS;
    const tone = new OscillatorNode(context, { type: "triangle", frequency: hz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(LOUD, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + lengthS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + lengthS);
  }
}

function count(word: ShowWord, of: (seat: ShowWord["seats"][number]) => number): number {
  return word.seats.reduce((sum, seat) => sum + of(seat), 0);
}
