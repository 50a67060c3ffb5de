// ask_network.mjs: node ask_network.mjs NAME.mjs: raw float32 from standard input to raw float32 on standard output.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const network = await (await import(pathToFileURL(process.argv[2]))).load();
const bytes = new Uint8Array(readFileSync(0)), given = new Float32Array(bytes.buffer), one = network.model.inputs;
for (let at = 0; at < given.length; at += one) writeSync(1, new Uint8Array(network.run(given.subarray(at, at + one)).buffer));
