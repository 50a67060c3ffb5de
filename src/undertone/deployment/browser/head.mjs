/** The WebAssembly module beside this file, in a browser or in node. */
async function instantiate(source) {
  const inNode = typeof process !== "undefined" && process.versions?.node && source instanceof URL && source.protocol === "file:";
  const bytes = source instanceof ArrayBuffer || ArrayBuffer.isView(source) ? source
    : inNode ? await (await import("node:fs/promises")).readFile(source)
    : await fetched(source);
  return (await WebAssembly.instantiate(bytes, {})).instance.exports;
}

async function fetched(source) {
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(`${source}: ${answer.status} ${answer.statusText}`);
  return answer.arrayBuffer();
}

/** Room in the module's memory, one piece behind the other, from where its own data ends. */
class Room {
  constructor(wasm) {
    this.wasm = wasm;
    this.top = Number(wasm.__heap_base.value);
  }

  /** Where `bytes` bytes begin, aligned to 64; the memory grows when it has to. */
  take(bytes) {
    const at = (this.top + 63) & ~63;
    this.top = at + bytes;
    const missing = this.top - this.wasm.memory.buffer.byteLength;
    if (missing > 0) this.wasm.memory.grow(Math.ceil(missing / 65536));
    return at;
  }

  floats(at, count) {
    return new Float32Array(this.wasm.memory.buffer, at, count);
  }

  words(at, count) {
    return new Uint32Array(this.wasm.memory.buffer, at, count);
  }
}
