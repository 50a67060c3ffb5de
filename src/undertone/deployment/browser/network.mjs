/** A compiled network. */
export class Network {
  constructor(wasm) {
    this.wasm = wasm;
    /** @type {{name: string, inputs: number, outputs: number}} */
    this.model = MODEL;
    this.room = new Room(wasm);
    this.input = this.room.take(4 * MODEL.inputs);
    this.output = this.room.take(4 * MODEL.outputs);
    this.arena = this.room.take(MODEL.arena);
  }

  /**
   * @param {Float32Array} input As many numbers as `model.inputs`, in the order of the network's input.
   * @returns {Float32Array} `model.outputs` numbers.
   */
  run(input) {
    if (input.length !== MODEL.inputs) throw new RangeError(`${MODEL.name} takes ${MODEL.inputs} numbers; ${input.length} came`);
    this.room.floats(this.input, MODEL.inputs).set(input);
    this.wasm[`${MODEL.word}_run`](this.input, this.output, this.arena);
    return this.room.floats(this.output, MODEL.outputs).slice();
  }

  /**
   * Replay the golden vectors that were recorded with the model.
   * @returns {{wrong: number, largest: number}} How many differ, and the largest difference.
   */
  check() {
    const largest = new Room(this.wasm);
    largest.top = this.room.top;
    const at = largest.take(4);
    const wrong = this.wasm[`${MODEL.word}_check`](this.arena, this.output, at);
    return { wrong, largest: largest.floats(at, 1)[0] };
  }
}

/**
 * @param {URL | string | ArrayBuffer | Uint8Array} [source] The .wasm file; by default the one beside this module.
 * @param {{check?: boolean}} [options] `check: false` leaves out the replay of the golden vectors.
 * @returns {Promise<Network>}
 */
export async function load(source = new URL(`./${MODEL.word}.wasm`, import.meta.url), { check = true } = {}) {
  const network = new Network(await instantiate(source));
  if (check) {
    const { wrong, largest } = network.check();
    if (wrong) throw new Error(`${MODEL.name}: ${wrong} golden vectors differ, by ${largest} at most`);
  }
  return network;
}
