/** A page in Chromium whose host name is resolved to this machine (DNS rebinding): it can use nothing of the gateway. */
import { chromium } from "playwright-core";
import { tool } from "../../harness/tools";
import { serve } from "../../local/server/serve";
import { describeWith } from "../support/describe-with";

jest.setTimeout(120_000);

describeWith(["chromium"], "DNS rebinding in Chromium", () => {
  test("control plane, inspector, @connections and WebSocket reject the page", async () => {
    const server = await serve({ inspector: true });
    // Without the browser's own protection, which not every browser has.
    const off = "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests";
    const args = ["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1", off];
    const browser = await chromium.launch({ executablePath: tool("chromium"), args });
    try {
      const page = await browser.newPage();
      const evil = `http://evil.example:${server.port}`;
      // The page itself, as the attacker's own server sent it before the name was resolved anew.
      await page.route(`${evil}/page`, (route) => route.fulfill({ contentType: "text/html", body: "<h1>evil</h1>" }));
      await page.goto(`${evil}/page`);
      const answers = await page.evaluate(async (host) => {
        const authorization = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/apigateway/aws4_request";
        const ask = async (path: string, init: RequestInit = {}) =>
          (await fetch(path, { ...init, headers: { authorization } })).status;
        const socket = new WebSocket(`ws://${host}/prod`);
        const opened = new Promise<string>((resolve) => {
          socket.onopen = () => resolve("open");
          socket.onerror = () => resolve("rejected");
        });
        const body = JSON.stringify({
          name: "a",
          protocolType: "WEBSOCKET",
          routeSelectionExpression: "$request.body.a",
        });
        return [
          await ask("/v2/apis"),
          await ask("/v2/apis", { method: "POST", body }),
          await ask("/_inspector"),
          await ask("/_inspector/entry-points"),
          await ask("/prod/@connections/abcdefghijklmno%3D", { method: "POST", body: "x" }),
          await opened,
        ];
      }, `evil.example:${server.port}`);
      expect(answers).toEqual([403, 403, 403, 403, 403, "rejected"]);
      expect(server.store.apis.size).toBe(0);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
