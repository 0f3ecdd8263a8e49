/** The inspector's responses, and the body of its requests. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pageHtml } from "./page-html";

const MAX_BODY = 1024 * 1024;

/**
 * Sends the page, which is one file. Its content security policy allows only its own script and style, and requests to
 * this server; markup from a text is an error in the page (https://www.w3.org/TR/trusted-types/).
 */
export async function sendPage(response: ServerResponse): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const page = (await pageHtml()).replaceAll("{{nonce}}", nonce);
  const own = `'nonce-${nonce}'`;
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; script-src ${own}; style-src ${own}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  response.end(page);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(value));
}

/** The body as JSON; undefined where it is not JSON, or too large. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_BODY) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
