// Quotas on the number of an API's resources, and AWS's message when one is exceeded.
import { AUTHORIZER, type Subject, startControlPlane } from "../../../support/local/control-plane";

let subject: Subject;
beforeAll(async () => {
  subject = await startControlPlane();
});
afterAll(() => subject.close());

test.each([
  ["routes", "Route", 300, (i: number) => ({ routeKey: `route${i}` })],
  ["integrations", "Integration", 300, () => ({ integrationType: "MOCK" })],
  ["authorizers", "Authorizer", 10, (i: number) => ({ ...AUTHORIZER, name: `authorizer${i}` })],
  ["stages", "Stage", 10, (i: number) => ({ stageName: `stage${i}` })],
] as const)(
  "rejects more %s than AWS's quota, and accepts one again after one is deleted",
  async (kind, word, quota, body) => {
    const { store, url } = subject;
    const { apiId } = store
      .apiStates()
      .create({ name: "full", protocolType: "WEBSOCKET", routeSelectionExpression: "\\$default" }).current.api;
    const send = (method: string, path: string, input?: object) =>
      fetch(`${url}/v2/apis/${apiId}/${path}`, {
        method,
        headers: { authorization: "AWS4-HMAC-SHA256 Credential=test" },
        ...(input && { body: JSON.stringify(input) }),
      });
    for (let i = 0; i < quota; i++) expect((await send("POST", kind, body(i))).status).toBe(201);
    const refused = await send("POST", kind, body(quota));
    const message = `Maximum number of ${word}s for this API has been reached. Please contact AWS if you need additional ${word}s.`;
    expect([refused.status, refused.headers.get("x-amzn-errortype"), await refused.json()]).toEqual([
      429,
      "ConflictException",
      { message },
    ]);
    const [first] = store[kind](apiId).list();
    const key = new Map(Object.entries(first ?? {})).get(kind === "stages" ? "stageName" : `${word.toLowerCase()}Id`);
    expect((await send("DELETE", `${kind}/${key}`)).status).toBe(204);
    expect((await send("POST", kind, body(quota))).status).toBe(201);
  },
);
