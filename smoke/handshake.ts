/** Checks the headers and subprotocols of a handshake before the client connects. */
import { validateHeaderName, validateHeaderValue } from "node:http";
import { OptionsError } from "./errors";
import type { ProbeOptions } from "./types";

/** A token of HTTP (RFC 9110, section 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Checks headers and subprotocols.
 * @throws OptionsError that names the header or subprotocol, but not a header's value, which may be secret
 */
export function checkHandshake({
  headers = {},
  subprotocols = [],
}: Pick<ProbeOptions, "headers" | "subprotocols">): void {
  for (const [name, value] of Object.entries(headers)) {
    if (fails(() => validateHeaderName(name)))
      throw new OptionsError(
        `${JSON.stringify(name)} is not the name of a header.`,
        "Use letters, digits and hyphens.",
      );
    if (fails(() => validateHeaderValue(name, value)))
      throw new OptionsError(`The header ${name} has a value with a character that HTTP does not allow.`);
  }
  for (const [index, name] of subprotocols.entries()) {
    if (!TOKEN.test(name)) throw new OptionsError(`${JSON.stringify(name)} is not the name of a subprotocol.`);
    if (subprotocols.indexOf(name) < index) throw new OptionsError(`The subprotocol ${name} is offered twice.`);
  }
}

function fails(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
