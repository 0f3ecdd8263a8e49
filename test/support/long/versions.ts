/** Configurations of one live API, each of which has work for every step of a verified deploy. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ActionEnvironment } from "../e2e/environment";

/** Two versions differ in the integration, the authorizer's settings, and what is left for the last step. */
export function configureVersion({ workspace, world }: ActionEnvironment, version: number): void {
  const yaml = `name: quotes
backend: ${world.backend.url}
authorizer: { issuer: https://login.example.com/, audience: quotes, secret: env, clockSkewSeconds: ${version % 60} }
stage: prod
ssm: false
dashboard: ${version % 2 === 1}
state: { s3: { bucket: terraform-state, key: quotes.tfstate } }
routes:
  $connect:
    query: { stocks: "'${version}'", connectionId: context.connectionId, userId: context.authorizer.userId }
`;
  writeFileSync(join(workspace, "gateway.yaml"), yaml);
}
