/** Creates Lambda functions in moto, outside of any configuration. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import * as z from "zod";
import type { World } from "../../../harness/action/world";

/** Allows every client, and answers every message. */
export const ALLOWING = `export const handler = async ({ type, methodArn }) => type !== "REQUEST" ? { statusCode: 200 } : {
  principalId: "u-1",
  policyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn }] },
};`;

/** Made-up credentials. moto reads the service from them. */
export const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request`,
});

/** Creates a function. @returns its ARN */
export async function createFunction(
  { moto, dir }: Pick<World, "moto" | "dir">,
  name: string,
  source: string,
): Promise<string> {
  const role = { Action: "CreateRole", RoleName: name, AssumeRolePolicyDocument: "{}", Version: "2010-05-08" };
  await fetch(moto, { method: "POST", headers: signed("iam"), body: new URLSearchParams(role) });
  const code = zipSync({ "index.mjs": Buffer.from(source) });
  // The local gateway finds a function's code by its hash.
  writeFileSync(join(dir, `${name}.zip`), code);
  const response = await fetch(`${moto}/2015-03-31/functions`, {
    method: "POST",
    headers: signed("lambda"),
    body: JSON.stringify({
      FunctionName: name,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::123456789012:role/${name}`,
      Code: { ZipFile: Buffer.from(code).toString("base64") },
    }),
  });
  return z.object({ FunctionArn: z.string() }).parse(await response.json()).FunctionArn;
}

/** Lets API Gateway invoke a function, as the console does with "Grant & Create". */
export async function grant({ moto }: Pick<World, "moto">, name: string, sourceArn: string): Promise<void> {
  const response = await fetch(`${moto}/2015-03-31/functions/${name}/policy`, {
    method: "POST",
    headers: signed("lambda"),
    body: JSON.stringify({
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      StatementId: "d6f1b0f6-6e0e-4bc8-a3a1-3f4e4b2a1c11",
      SourceArn: sourceArn,
    }),
  });
  if (!response.ok) throw new Error(`moto answered ${response.status}: ${await response.text()}`);
}
