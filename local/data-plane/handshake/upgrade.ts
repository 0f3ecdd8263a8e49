/**
 * What RFC 6455 and RFC 7692 require of a handshake beyond what ws checks: only version 13. An extension offer that
 * cannot be met is declined, and a list may have empty elements, where ws rejects the handshake.
 */
import type { IncomingMessage } from "node:http";

/** Observed of API Gateway: https://github.com/python-websockets/websockets/issues/1065 */
export const SERVER_MAX_WINDOW_BITS = 12;

/**
 * Whether the client asks for a WebSocket. Any other protocol in `Upgrade` may be ignored (RFC 9110, section 7.8), and in
 * HTTP/1.0 the whole field must be. Node.js also reads 0.9 and 2.0.
 */
export function asksForWebSocket({ headers, httpVersion }: IncomingMessage): boolean {
  if (httpVersion !== "1.1") return false;
  const { upgrade = "" } = headers;
  return upgrade === "websocket" || elementsOf(upgrade.toLowerCase()).includes("websocket");
}

/** The elements of a list. Empty ones must be ignored (RFC 9110, section 5.6.1.2). */
function elementsOf(list: string): string[] {
  return list
    .split(",")
    .map((element) => element.trim())
    .filter((element) => element !== "");
}

/** Why the handshake is rejected; undefined where ws decides. Changes the headers to what ws can negotiate. */
export function upgradeProblem({ headers }: IncomingMessage): string | undefined {
  // RFC 6455, section 4.2.1. ws also accepts 8, and other spellings of 13.
  if (headers["sec-websocket-version"] !== "13") {
    return `Sec-WebSocket-Version is ${headers["sec-websocket-version"] ?? "missing"}; only 13 is supported`;
  }
  headers.upgrade = "websocket";
  const offered = headers["sec-websocket-extensions"];
  if (offered !== undefined) {
    const kept = withoutUnmetOffers(offered);
    if (kept === "") delete headers["sec-websocket-extensions"];
    else headers["sec-websocket-extensions"] = kept;
  }
  const protocols = headers["sec-websocket-protocol"];
  // ws rejects empty elements. A list without any other stays invalid.
  if (protocols !== undefined) headers["sec-websocket-protocol"] = elementsOf(protocols).join(",");
  return undefined;
}

const CHARACTER = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const TOKEN = `${CHARACTER}+`;
const PARAMETER = new RegExp(`;(${TOKEN})(?:=(${TOKEN}))?`, "g");
const OFFER = new RegExp(`^permessage-deflate((?:;${TOKEN}(?:=${TOKEN})?)*)$`);
const QUOTED = new RegExp(`"((?:\\\\?${CHARACTER})+)"`, "g");
const WINDOW_BITS = /^(?:[89]|1[0-5])$/;

/** Everything but well-formed offers of permessage-deflate that cannot be met; ws rejects what is malformed. */
function withoutUnmetOffers(header: string): string {
  return plainGrammar(header)
    .split(",")
    .filter((offer) => {
      const parameters = OFFER.exec(offer)?.[1];
      return parameters === undefined ? offer !== "" : canBeMet(parameters);
    })
    .join(",");
}

/**
 * Without quotes, which may only contain a token, and without whitespace between tokens: RFC 6455 allows both (sections
 * 4.3 and 9.1), as it does empty elements of a list, ws not everywhere.
 */
function plainGrammar(header: string): string {
  const unquoted = header.replace(QUOTED, (_, text: string) => text.replaceAll("\\", ""));
  return unquoted
    .trim()
    .replace(/\s+/g, " ")
    .replace(/ ?([;,=]) ?/g, "$1");
}

/** RFC 7692, section 7.1: an offer with an unknown, repeated or invalid parameter must be declined. */
function canBeMet(parameters: string): boolean {
  const seen = new Set<string>();
  for (const [, name = "", value] of parameters.matchAll(PARAMETER)) {
    if (seen.has(name) || !isValid(name, value)) return false;
    seen.add(name);
  }
  return true;
}

function isValid(name: string, value: string | undefined): boolean {
  switch (name) {
    case "server_no_context_takeover":
    case "client_no_context_takeover":
      return value === undefined;
    case "client_max_window_bits":
      return value === undefined || WINDOW_BITS.test(value);
    case "server_max_window_bits":
      return value !== undefined && WINDOW_BITS.test(value) && Number(value) >= SERVER_MAX_WINDOW_BITS;
    default:
      return false;
  }
}
