// Requests that no AWS tool would send: they get an error of AWS's shape, and change nothing.
import { once } from "node:events";
import { request } from "node:http";
import fc from "fast-check";
import { ApiError } from "../../../../local/api/store";
import { parseJson } from "../../../../local/control-plane/body";
import { type Subject, startControlPlane } from "../../../support/local/control-plane";

let subject: Subject;
beforeAll(async () => {
  subject = await startControlPlane();
});
afterAll(() => subject.close());

const SIGNED = { authorization: "AWS4-HMAC-SHA256 Credential=test" };

async function send(
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers: Record<string, string> = SIGNED,
) {
  const response = await fetch(`${subject.url}${path}`, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return { status: response.status, type: response.headers.get("x-amzn-errortype"), body: text && JSON.parse(text) };
}

test("refuses an unsigned request, so that no web page can edit an API", async () => {
  const body = JSON.stringify({
    name: "a",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
  });
  expect(await send("POST", "/v2/apis", body, { "content-type": "text/plain" })).toEqual({
    status: 403,
    type: "MissingAuthenticationTokenException",
    body: { message: "Missing Authentication Token" },
  });
  expect(subject.store.apis.size).toBe(0);
});

test.each([
  ["text that is not JSON", "{"],
  ["a list", "[]"],
  ["a string", '"a"'],
  ["null", "null"],
  ["bytes that are not UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
  ["a million nested lists", "[".repeat(1_000_000)],
  ["a hundred thousand nested objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
])("answers 400 to a body that is %s", async (_title, body) => {
  const answer = await send("POST", "/v2/apis", body);
  expect(answer.status).toBe(400);
  expect(subject.store.apis.size).toBe(0);
});

test("treats null as an absent member, and ignores __proto__", async () => {
  const body = `{"name":"a","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.action","description":null,"__proto__":{"version":"7"},"tags":{"__proto__":"x","a":"b"}}`;
  const { status, body: api } = await send("POST", "/v2/apis", body);
  expect(status).toBe(201);
  expect(api).not.toHaveProperty("description");
  expect(api).not.toHaveProperty("version");
  expect(api.tags).toEqual({ a: "b" });
  await send("DELETE", `/v2/apis/${api.apiId}`);
});

test("responds with 413 to a body over 2 MiB while it is still being sent", async () => {
  const url = new URL(`${subject.url}/v2/apis`);
  const req = request({ host: url.hostname, port: url.port, path: url.pathname, method: "POST", headers: SIGNED });
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  for (let i = 0; i < 3; i++) req.write(chunk);
  const [res] = await once(req, "response");
  expect([res.statusCode, res.headers["x-amzn-errortype"]]).toEqual([413, "RequestEntityTooLargeException"]);
  req.on("error", () => {}); // The connection is closed under the request, which has not ended.
  req.destroy();
});

test.each([
  ["GET", "/v2/apis/%E0%A4%A", 400],
  ["GET", "/v2/apis/nope/routes/nope/routeresponses", 404],
  ["GET", "/v2/apis/__proto__", 404],
  ["POST", "/v2/apis/x/y/z", 404],
  ["DELETE", "/v2/apis", 404],
  ["PUT", "/v2/apis", 400],
  ["GET", "/v2/tags/nonsense", 400],
  ["GET", "/v2/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2Fx", 404],
])("answers %s %s with %i", async (method, path, status) => {
  const answer = await send(method, path);
  expect(answer.status).toBe(status);
  expect(answer.body.message).toEqual(expect.any(String));
});

test("leaves other paths to the data plane, including a stage named v2", async () => {
  for (const path of ["/prod", "/v2", "/v2/@connections/abc%3D", "/v2x/apis"]) {
    expect((await fetch(`${subject.url}${path}`)).status).toBe(418);
  }
});

test("parses any bytes to an object or a SerializationException", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        try {
          expect(typeof parseJson(bytes)).toBe("object");
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      },
    ),
  );
});
