'use strict';
// Serves a model by ONNX Runtime: serve.js MODEL.onnx PORT-FILE N. POST /answer takes points as JSON; after
// N answers the server ends. From the first request on it is in the phase 'steady'.
const fs = require('fs');
const http = require('http');
const joulecart = require(process.env.JOULECART_NODE || 'joulecart');
const ort = require('onnxruntime-node');

async function main(path, portFile, n) {
  const load = joulecart.phase('load');
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 1 });
  load.end();
  let steady;
  async function answer(points) {
    const input = new ort.Tensor('float32', Float32Array.from(points.flat()), [points.length, 16]);
    const { kinds } = await session.run({ points: input });
    const kindOf = i => {
      const scores = Array.from(kinds.data.subarray(8 * i, 8 * i + 8));
      return scores.indexOf(Math.max(...scores));
    };
    return points.map((_, i) => kindOf(i));
  }
  const server = http.createServer((request, response) => {
    steady ??= joulecart.phase('steady');
    let text = '';
    request.on('data', part => { text += part; });
    request.on('end', async () => {
      response.end(JSON.stringify(await answer(JSON.parse(text))));
      steady.queries++;
      if (Number(steady.queries) === n) {
        steady.end();
        server.close();
        setImmediate(() => server.closeAllConnections());
      }
    });
  });
  server.on('close', () => {
    console.log(`${n} requests in ${steady.seconds.toFixed(1)} s`);
    process.exit(0); // as ONNX Runtime's threads would keep it
  });
  server.listen(0, '127.0.0.1', () => {
    fs.writeFileSync(`${portFile}.new`, String(server.address().port));
    fs.renameSync(`${portFile}.new`, portFile);
  });
}
main(process.argv[2], process.argv[3], Number(process.argv[4]));
