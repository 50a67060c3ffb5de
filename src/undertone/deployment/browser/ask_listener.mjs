// ask_listener.mjs: node ask_listener.mjs NAME.mjs RATE: raw float32 samples from standard input to raw float32 scores.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const listener = await (await import(pathToFileURL(process.argv[2]))).load();
const bytes = new Uint8Array(readFileSync(0));
const { scores } = listener.predict(new Float32Array(bytes.buffer), Number(process.argv[3]));
writeSync(1, new Uint8Array(Float32Array.from(listener.model.labels, (label) => scores[label]).buffer));
