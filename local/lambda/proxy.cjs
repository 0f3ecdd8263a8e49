/**
 * Sends a function's https requests through the proxy of HTTPS_PROXY or ALL_PROXY, as curl does. Plain JavaScript, like the
 * runner, which loads it only if one of them is set: Node.js itself reads these variables only in some releases, and never
 * for a request without an agent.
 */
"use strict";
const http = require("node:http");
const https = require("node:https");
const { connect } = require("node:tls");

const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/** Lower case has precedence, as in curl. */
const variable = (name) => process.env[name] || process.env[name.toUpperCase()] || "";

/** Returns the proxy's URL for a host, or undefined for none. */
function proxyFor(host) {
  const isDirect = variable("no_proxy")
    .split(/[\s,]+/)
    .some((entry) => entry === "*" || (entry && `.${host}`.endsWith(`.${entry.replace(/^\*?\.|:\d+$/g, "")}`)));
  if (isDirect || LOOPBACK.test(host)) return undefined;
  const text = variable("https_proxy") || variable("all_proxy");
  return new URL(text.includes("://") ? text : `http://${text}`);
}

class TunnelAgent extends https.Agent {
  createConnection(options, done) {
    const proxy = proxyFor(options.host);
    if (!proxy) return super.createConnection(options, done);
    const authority = `${options.host}:${options.port}`;
    const user = proxy.username && `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const headers = user && { "Proxy-Authorization": `Basic ${Buffer.from(user).toString("base64")}` };
    const { request } = proxy.protocol === "https:" ? https : http;
    request({ ...at(proxy), method: "CONNECT", path: authority, headers: { Host: authority, ...headers } })
      .on("connect", ({ statusCode }, socket) => {
        if (statusCode === 200) return done(null, connect({ ...options, socket }));
        socket.destroy();
        done(new Error(`The proxy ${proxy.host} answered ${statusCode} to CONNECT ${authority}.`));
      })
      .on("error", ({ message }) => done(new Error(`The proxy ${proxy.host} cannot be used: ${message}`)))
      .end();
    return undefined;
  }
}

/** The proxy itself is reached without a proxy. */
const at = ({ protocol, hostname, port }) => ({
  host: hostname.replace(/^\[|\]$/g, ""),
  port: Number(port) || (protocol === "https:" ? 443 : 80),
  agent: protocol === "https:" ? new https.Agent() : new http.Agent(),
});

// A request without an agent uses a new one of the global agent's class.
https.globalAgent = new TunnelAgent();
