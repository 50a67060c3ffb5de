/** A compiled model that takes sound and gives scores. */
export class Listener {
  constructor(wasm) {
    this.wasm = wasm;
    /** @type {{name: string, sha256: string, labels: string[]}} */
    this.model = MODEL;
  }

  /**
   * @param {Float32Array} samples One channel, full scale 1.
   * @param {number} rate Samples per second, 1000 to 384000.
   * @returns {{label: string, scores: Object<string, number>, segments: {begin: number, end: number, label: string,
   *   scores: Object<string, number>}[], notes: string[]}} Places in seconds; notes say what makes the answer doubtful.
   */
  predict(samples, rate) {
    const room = new Room(this.wasm);
    const at = room.take(4 * samples.length);
    room.floats(at, samples.length).set(samples);
    return this.#answer(room, at, samples.length, rate, 1);
  }

  /**
   * @param {ArrayBuffer | Uint8Array} bytes Of a WAV file (PCM or float); all channels are mixed.
   * @returns The same as `predict`.
   */
  predictWav(bytes) {
    const room = new Room(this.wasm), data = new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength);
    const file = room.take(data.length);
    new Uint8Array(this.wasm.memory.buffer, file, data.length).set(data);
    const wav = room.take(24);
    this.#must(this.wasm.ut_wav_open(file, data.length, wav));
    const [rate, channels, , , frames] = room.words(wav, 5);
    const at = room.take(4 * frames * channels);
    this.wasm.ut_wav_read(wav, 0, frames, at);
    this.wasm.ut_mix(at, frames, channels, at);
    return this.#answer(room, at, frames, rate, channels);
  }

  /**
   * Replay the golden sounds that were recorded with the model.
   * @returns {{wrong: number, largest: number}} How many give other answers, and the largest difference of a score.
   */
  check() {
    const golden = new Room(this.wasm).words(this.wasm[`${MODEL.word}_golden`].value, 6 * MODEL.golden).slice();
    let wrong = 0, largest = 0;
    for (let i = 0; i < MODEL.golden; i++) {
      const [, rate, count, segments, pcm, scores] = golden.slice(6 * i, 6 * i + 6);
      const samples = Float32Array.from(new Int16Array(this.wasm.memory.buffer, pcm, count), (v) => v / 32768);
      const expected = new Float32Array(this.wasm.memory.buffer, scores, MODEL.labels.length).slice();
      const answer = this.predict(samples, rate);
      const gap = Math.max(...MODEL.labels.map((label, c) => Math.abs(answer.scores[label] - expected[c])));
      largest = Math.max(largest, gap);
      wrong += answer.segments.length !== segments || !(gap <= 1e-3);
    }
    return { wrong, largest };
  }

  get #pointer() {
    return this.wasm[`${MODEL.word}_model`].value;
  }

  #answer(room, at, count, rate, channels) {
    const { wasm } = this, { labels } = MODEL;
    if (!Number.isInteger(rate)) throw new RangeError(`rate must be a whole number of Hz; ${rate} came`);
    if (count && !wasm.ut_finite(at, count)) this.#must(8);
    const notes = this.#notes(wasm.ut_inspect(at, count, rate, channels));
    const segments = wasm[`${MODEL.word}_clip_segments`](count, rate), bytes = wasm[`${MODEL.word}_clip_bytes`](count, rate);
    const scores = room.take(4 * (segments + 1) * labels.length), place = room.take(8), work = room.take(bytes);
    const whole = scores + 4 * segments * labels.length;
    this.#must(wasm[`${MODEL.word}_clip`](at, count, rate, work, bytes, scores, whole));
    const told = [...Array(segments).keys()].map((i) => {
      wasm.ut_clip_place(this.#pointer, count, rate, i, place, place + 4);
      const [begin, end] = room.words(place, 2);
      return { begin: begin / MODEL.rate, end: end / MODEL.rate, ...named(room.floats(scores + 4 * i * labels.length, labels.length)) };
    });
    return { ...named(room.floats(whole, labels.length)), segments: told, notes };
  }

  #notes(flags) {
    const bits = [1, 2, 4, 8, 16].filter((flag) => flags & flag);
    return bits.map((flag) => this.#text(this.wasm.ut_note_text(flag)));
  }

  #must(status) {
    if (status) throw new Error(this.#text(this.wasm.ut_status_text(status)));
  }

  #text(at) {
    const bytes = new Uint8Array(this.wasm.memory.buffer, at);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }
}

function named(scores) {
  const best = scores.indexOf(Math.max(...scores));
  const label = scores[best] < MODEL.unknownBelow ? "unknown" : MODEL.labels[best];
  return { label, scores: Object.fromEntries(MODEL.labels.map((label, i) => [label, scores[i]])) };
}

/**
 * @param {URL | string | ArrayBuffer | Uint8Array} [source] The .wasm file; by default the one beside this module.
 * @param {{check?: boolean}} [options] `check: false` leaves out the replay of the golden sounds.
 * @returns {Promise<Listener>}
 */
export async function load(source = new URL(`./${MODEL.word}.wasm`, import.meta.url), { check = true } = {}) {
  const listener = new Listener(await instantiate(source));
  if (check) {
    const { wrong, largest } = listener.check();
    if (wrong > 0) throw new Error(`${MODEL.name}: ${wrong} golden sounds give other answers, by ${largest} at most`);
  }
  return listener;
}
