
/**
 * One person's voice, without enrolment: each recording is answered by what the ones before it told of the voice. It
 * assumes that they cover the ways of speaking about evenly. What is known stays in this object.
 */
export class OneVoice extends Listener {
  /** @param {Listener} listener What `load` gives; it goes on answering without a voice. */
  constructor(listener) {
    const { wasm } = listener, known = new Uint8Array(MODEL.voiceBytes); // zeros: nobody was heard
    const follow = (at, count, rate, work, bytes, rows, scores) => {
      const room = new Room(wasm);
      room.top = work + bytes;
      const voice = room.take(known.length), memory = () => new Uint8Array(wasm.memory.buffer, voice, known.length);
      memory().set(known);
      const status = wasm[`${MODEL.word}_voice_clip`](at, count, rate, work, bytes, voice, rows, scores);
      known.set(memory());
      return status;
    };
    super({ ...wasm, [`${MODEL.word}_clip`]: follow });
    this.known = known;
  }

  /** How many segments were heard. */
  get segments() {
    return new Uint32Array(this.known.buffer, 0, 1)[0];
  }

  /** Somebody else speaks. */
  forget() {
    this.known.fill(0);
  }
}
