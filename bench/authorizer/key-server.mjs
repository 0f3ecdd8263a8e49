// Serves an issuer's documents over TLS in a worker thread, because the benchmark's own thread waits for processes.
import { createServer } from "node:https";
import { parentPort, workerData } from "node:worker_threads";

const { tls, jwks, requests } = workerData;
const count = new Int32Array(requests);
const server = createServer(tls, ({ url }, response) => {
  Atomics.add(count, 0, 1);
  const issuer = `https://localhost:${server.address().port}`;
  response.end(JSON.stringify(url === "/keys" ? jwks : { issuer, jwks_uri: `${issuer}/keys` }));
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
