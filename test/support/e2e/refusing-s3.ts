/** AWS in front of a simulated one, which can begin to reject what Terraform writes to its bucket, as with expired credentials. */
import { createServer, request as forward, type IncomingMessage } from "node:http";
import { close, listen } from "../../../harness/servers";

/** What Terraform writes: its state, and the lock file beside it. */
export type Write = "PUT state" | "PUT lock" | "DELETE lock";

export interface RefusingS3 {
  readonly url: string;
  /** Writes in order, also those that were rejected. */
  readonly writes: Write[];
  /** Rejects every write from the one with this number on, of this kind, counted from now. */
  refuseFrom(write: Write, number: number): void;
  acceptAll(): void;
  stop(): Promise<void>;
}

const EXPIRED = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";

/** Starts it on a free port of 127.0.0.1, in front of the AWS at `upstream`. */
export async function startRefusingS3(upstream: string, bucket: string): Promise<RefusingS3> {
  let moment: { readonly write: Write; left: number } | undefined;
  const writes: Write[] = [];
  const refused = (write: Write): boolean => {
    writes.push(write);
    if (moment?.write === write && moment.left > 0) moment.left--;
    return moment?.left === 0;
  };
  const server = createServer((incoming, outgoing) => {
    const write = writeOf(incoming, bucket);
    if (write && refused(write)) {
      incoming.resume().on("end", () => {
        outgoing.writeHead(400, { "content-type": "application/xml", "content-length": EXPIRED.length }).end(EXPIRED);
      });
      return;
    }
    const { method, headers, url } = incoming;
    const request = forward(new URL(url ?? "/", upstream), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    request.on("error", () => outgoing.destroy());
    incoming.pipe(request);
  });
  return {
    url: await listen(server),
    writes,
    refuseFrom(write, number) {
      moment = { write, left: number };
    },
    acceptAll() {
      moment = undefined;
    },
    stop: () => close(server),
  };
}

function writeOf({ method, url = "/" }: IncomingMessage, bucket: string): Write | undefined {
  const { pathname } = new URL(url, "http://aws");
  if (!pathname.startsWith(`/${bucket}/`)) return undefined;
  const isLock = pathname.endsWith(".tflock");
  if (method === "PUT") return isLock ? "PUT lock" : "PUT state";
  return method === "DELETE" && isLock ? "DELETE lock" : undefined;
}
