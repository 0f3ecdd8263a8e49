/** The caller's repository: its configuration is one that is taken, and its workflow and configuration agree. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../../config";
import { parameterTexts } from "../../support/aws/typed";

const { environments } = loadConfig(join(__dirname, "../../../examples/caller/gateway.yaml"));

test("is one environment, whose state is shared and whose outputs are published", () => {
  expect(environments.map(({ name }) => name)).toEqual(["prod"]);
  expect(environments[0]?.state).toMatchObject({ type: "s3" });
  expect(environments[0]?.ssmPrefix).toBe("/quotes/prod");
});

test("takes GitHub's tokens of the repository's own workflows, beside the users'", () => {
  const [environment] = environments;
  const authorizer = environment?.authorizer;
  if (authorizer?.kind !== "verify") throw new Error("It has no authorizer.");
  const issuers = authorizer.function.settings.issuers;
  expect(issuers.map(({ issuer }) => issuer)).toEqual([
    "https://login.example.com/",
    "https://token.actions.githubusercontent.com",
  ]);
  expect(issuers[1]?.requiredClaims).toEqual({ repository: ["example-org/quotes"] });
});

test("requires the parameter that the workflow's smoke test sends", () => {
  const connect = environments[0]?.routes.find((route) => route.event === "CONNECT");
  expect(parameterTexts(connect?.requestParameters ?? [])).toEqual({ "route.request.querystring.stocks": true });
});

test("has the workflow that the manual shows first", () => {
  const root = join(__dirname, "../../..");
  const readme = readFileSync(join(root, "docs/action.md"), "utf8");
  const [, shown] = /^# GitHub Action\n[^#]*?```yaml\n(.*?)```/ms.exec(readme) ?? [];
  expect(shown).toBe(readFileSync(join(root, "examples/caller/.github/workflows/deploy.yml"), "utf8"));
});
