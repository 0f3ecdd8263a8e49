/** Simulates S3 with one state and its lock file. It can begin to reject writes. */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { close, listen } from "../servers";

export interface StateServer {
  /** The stack's `terraform` block. */
  readonly terraform: Readonly<Record<string, unknown>>;
  /** The state as JSON. Empty: there is none yet. */
  state: string;
  /** Lock information, as Terraform writes it; empty when the state is not locked. */
  lock: string;
  /** Whether to refuse every write, from the next state on that Terraform writes, as with expired credentials. */
  refuseWrites: boolean;
  close(): Promise<void>;
}

const LIST = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
const error = (code: string, text: string) => `<Error><Code>${code}</Code><Message>${text}</Message></Error>`;

export async function startStateServer(): Promise<StateServer> {
  let expired = false;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, answered] = answer(request.method ?? "", request.url ?? "", body);
      // Without the length, Terraform asks for further parts of the object, without an end.
      const length = Buffer.byteLength(answered ?? "");
      response.writeHead(status, { "content-type": "application/xml", "content-length": length }).end(answered);
    });
  });
  function answer(method: string, url: string, body: string): readonly [status: number, text?: string] {
    const { pathname } = new URL(url, "http://s3");
    if (pathname === "/states" || pathname === "/states/") return [200, LIST];
    const object = pathname.endsWith(".tflock") ? "lock" : "state";
    if (method === "GET" || method === "HEAD") {
      return states[object] === "" ? [404, error("NoSuchKey", "There is none.")] : [200, states[object]];
    }
    expired = states.refuseWrites && (expired || object === "state");
    if (expired) return [400, error("ExpiredToken", "The provided token has expired.")];
    // Terraform writes the lock file only if there is none: `If-None-Match: *`.
    if (method === "PUT" && object === "lock" && states.lock !== "") {
      return [412, error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")];
    }
    states[object] = method === "PUT" ? body : "";
    return [method === "PUT" ? 200 : 204];
  }
  const url = await listen(server);
  const s3 = {
    ...{ bucket: "states", key: "toy.tfstate", region: "us-east-1", use_lockfile: true, use_path_style: true },
    ...{ access_key: "test", secret_key: "test", endpoints: { s3: url }, skip_s3_checksum: true },
    ...{ skip_credentials_validation: true, skip_requesting_account_id: true, skip_metadata_api_check: true },
  };
  const states: StateServer = {
    terraform: { backend: { s3 } },
    state: "",
    lock: "",
    refuseWrites: false,
    close: () => close(server),
  };
  return states;
}
