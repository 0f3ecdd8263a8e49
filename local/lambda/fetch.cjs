/**
 * The program of the child process that makes the requests of this project's authorizer. `key-fetcher.ts` is at the other
 * end of its channel. Plain JavaScript, like the runner; a test compares its errors with those of
 * `functions/authorizer/http.ts`.
 */
"use strict";
const http = require("node:http");
const https = require("node:https");

if (["https_proxy", "all_proxy"].some((name) => process.env[name] || process.env[name.toUpperCase()]))
  require("./proxy.cjs");

const MAX_CHARACTERS = 65_536;

process.on("message", ({ id, url, options: { body, budgetMs, ...options } }) => {
  const done = (answer) => process.connected && process.send({ id, ...answer });
  const fail = (message, status) => {
    done({ message, status });
    request.destroy();
  };
  const { request: send } = url.startsWith("https:") ? https : http;
  const limits = { agent: false, signal: AbortSignal.timeout(budgetMs) };
  const request = send(url, { ...options, ...limits }, (response) => {
    const { statusCode } = response;
    if (statusCode !== 200) return fail(`Status ${statusCode}.`, statusCode);
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk) => {
      text += chunk;
      if (text.length > MAX_CHARACTERS) fail(`More than ${MAX_CHARACTERS} characters.`);
    });
    response.on("close", () => (response.complete ? done({ text }) : fail("Connection lost.")));
  });
  request.on("error", ({ message }) => fail(message));
  request.end(body);
});
process.on("disconnect", () => process.exit());
