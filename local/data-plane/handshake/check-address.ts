/** The first checks of a handshake: its headers are unambiguous, and its address is a stage with a deployment. */
import type { IncomingMessage } from "node:http";
import type { DeployedStage } from "../../api/store";
import { type Address, addressOf } from "../address";
import { TEXT } from "../limits";
import type { Services } from "../services";
import { earlyRefusal, type Refusal } from "./refusal";

export interface Addressed {
  readonly address: Address;
  readonly deployed: DeployedStage;
}

export function checkAddress(
  { url = "/", headers }: IncomingMessage,
  { store, limits }: Pick<Services, "store" | "limits">,
): Addressed | { readonly refused: Refusal } {
  if (url.length > limits.urlBytes) {
    return { refused: earlyRefusal(414, TEXT.uriTooLong, "path", `the URL is longer than ${limits.urlBytes} bytes`) };
  }
  const address = addressOf(store, headers.host, url);
  if (address === undefined) return forbidden("endpoint", "no API has this address");
  const { stageName, rest, custom } = address;
  const deployed = store.deployedStage(address.apiId, stageName);
  if (deployed === undefined) return forbidden("stage", `no stage "${stageName}", or nothing is deployed to it`);
  if (deployed.api.disableExecuteApiEndpoint && !custom) {
    return forbidden("endpoint", "the execute-api endpoint is disabled");
  }
  return rest === "" ? { address, deployed } : forbidden("path", `the path must end with the stage, without ${rest}`);
}

function forbidden(check: Refusal["check"], detail: string): { readonly refused: Refusal } {
  return { refused: earlyRefusal(403, TEXT.forbidden, check, detail) };
}

/** A request must have exactly one Host (RFC 9112 section 3.2) and at most one Authorization. Undefined where it does. */
export function ambiguousHeader(rawHeaders: readonly string[]): string | undefined {
  let hosts = 0;
  let authorizations = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
    else if (name.length === 13 && name.toLowerCase() === "authorization") authorizations++;
  }
  if (hosts !== 1) return `the request has ${hosts} Host headers in place of one`;
  return authorizations > 1 ? `the request has ${authorizations} Authorization headers` : undefined;
}
