/** Quotas on an API's resources: a resource at the quota works, a larger one cannot be created. */
import { Client, handshake } from "../../../support/local/client";
import { endWorlds, type RouteSpec, world } from "../../../support/local/world";

afterEach(endWorlds);

const integration = { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "BACKEND/x" };
const LARGEST = "x".repeat(300 * 1024);

test("a mapping template of 300 KB is rendered in the handshake; a larger one cannot be created", async () => {
  const routes = (template: string) => ({
    $connect: { integration: { ...integration, requestTemplates: { "application/json": template } } },
  });
  const w = await world({ routes: routes(LARGEST) });
  expect([(await handshake(w)).status, w.received[0]?.body === LARGEST]).toEqual([101, true]);
  const message = "The mapping template application/json is larger than 300 KB";
  await expect(world({ routes: routes(`${LARGEST}x`) })).rejects.toMatchObject({
    code: "BadRequestException",
    message,
  });
});

test("a response's mapping template is counted in bytes, not in characters", async () => {
  const routes = (template: string) => ({
    $connect: { integration, responses: [{ integrationResponseKey: "$default", responseTemplates: { a: template } }] },
  });
  expect((await handshake(await world({ routes: routes("é".repeat(150 * 1024)) }))).status).toBe(101);
  await expect(world({ routes: routes("é".repeat(150 * 1024 + 1)) })).rejects.toMatchObject({
    message: "The mapping template a is larger than 300 KB",
  });
});

test("300 routes with 300 integrations: the first and the last are reached, a 301st cannot be created", async () => {
  const route = (name: string): RouteSpec => ({ integration: { ...integration, integrationUri: `BACKEND/${name}` } });
  const names = Array.from({ length: 300 }, (_, i) => `route${i}`);
  const w = await world({ routes: Object.fromEntries(names.map((name) => [name, route(name)])) });
  const client = await Client.connect(w);
  for (const action of ["route0", "route299"]) client.send({ action });
  const paths = (await w.backendCalls(2)).map(({ path }) => path);
  expect(paths.sort()).toEqual(["/route0", "/route299"]);
  expect(() => w.store.routes(w.apiId).create({ routeKey: "more" })).toThrow("Maximum number of Routes");
  expect(() => w.store.integrations(w.apiId).create({ integrationType: "MOCK" })).toThrow(
    "Maximum number of Integrations",
  );
});
