/** Where the state is kept. */
import type { StateBackend } from "../../../config/model";
import { terraform } from "../../support/stacks/synthesize";

function backend(state: StateBackend): unknown {
  return terraform({ state }).terraform;
}

test("local: beside cdktf.out, by a relative path", () => {
  expect(backend({ type: "local", path: undefined })).toMatchObject({
    backend: { local: { path: "../../../terraform.chat.tfstate" } },
  });
});

test("local: a configured path is relative to the same folder", () => {
  expect(backend({ type: "local", path: "state/prod.tfstate" })).toMatchObject({
    backend: { local: { path: "../../../state/prod.tfstate" } },
  });
});

test("s3 always locks with a file and encrypts", () => {
  const s3 = { bucket: "states", key: "chat", region: "eu-west-1", assume_role: { role_arn: "arn:aws:iam::1:role/x" } };
  expect(backend({ type: "s3", arguments: { ...s3, use_lockfile: false } })).toMatchObject({
    backend: { s3: { ...s3, encrypt: true, use_lockfile: true } },
  });
});

test("cloud is a separate block, not a backend", () => {
  const cloud = { organization: "example", workspaces: { name: "chat" } };
  const block = backend({ type: "cloud", arguments: cloud });
  expect(block).toMatchObject({ cloud });
  expect(block).not.toHaveProperty("backend");
});

test.each([
  ["http", { address: "https://state.example.com/chat", lock_method: "POST" }],
  ["gcs", { bucket: "states", prefix: "chat" }],
  ["azurerm", { storage_account_name: "states", container_name: "chat", key: "prod" }],
  ["pg", { schema_name: "chat" }],
] as const)("%s takes Terraform's own arguments", (type, args) => {
  expect(backend({ type, arguments: args })).toMatchObject({ backend: { [type]: args } });
});
