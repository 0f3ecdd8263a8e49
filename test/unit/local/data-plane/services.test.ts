/** What the parts of the data plane share: who may invoke a function. */
import { mayInvoke } from "../../../../local/data-plane/services";
import type { LambdaFunction } from "../../../../local/lambda/types";

const fn: LambdaFunction = {
  functionArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
  functionName: "f",
  zipFile: "f.zip",
  handler: "index.handler",
  environmentVariables: {},
  timeoutSeconds: 3,
  memoryMb: 128,
  allowedSourceArns: ["arn:aws:execute-api:us-east-1:123456789012:api/authorizers/*"],
};
const SOURCE = "arn:aws:execute-api:us-east-1:123456789012:api/authorizers/one";
const OTHER = "arn:aws:execute-api:us-east-1:123456789012:other/authorizers/one";

test.each([
  ["a source that the function's policy names", SOURCE, undefined, true],
  ["a source that it does not name", OTHER, undefined, false],
  ["any source by a role", OTHER, "arn:aws:iam::123456789012:role/invoke", true],
  ["no source by a role that was removed", OTHER, "", false],
])("API Gateway may invoke a function from %s", (_, source, role, allowed) => {
  expect(mayInvoke(fn, source, role)).toBe(allowed);
});
