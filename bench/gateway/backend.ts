/**
 * The backend for all servers under test: answers at once, echoes the body of `/ask`, and pushes messages back to their
 * senders.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { SIGNED } from "./signed";

let pool: Pool | undefined;
let prefix = "";

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://backend");
  let body = "";
  request.setEncoding("utf8").on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    response.end(url.pathname === "/ask" ? body : "");
    if (url.pathname === "/push-to") {
      const target = new URL(body);
      pool = new Pool(target.origin, { connections: 64 });
      prefix = target.pathname;
    } else if (url.pathname === "/message") {
      const connectionId = url.searchParams.get("connectionId") ?? "";
      const path = `${prefix}/${encodeURIComponent(connectionId)}`;
      const data = body.includes("whoami") ? JSON.stringify({ connectionId }) : body;
      pool?.request({ path, method: "POST", headers: SIGNED, body: data }).then(
        (answer) => answer.body.dump(),
        () => {},
      );
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`));
