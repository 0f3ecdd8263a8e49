/** Names, values and tags that AWS accepts and rejects. */
import {
  ACCOUNT_ID,
  REGION,
  STAGE_NAME,
  STAGE_VARIABLE_NAME,
  STAGE_VARIABLE_VALUE,
  tagKeyProblem,
} from "../../../aws/names";

test.each([
  [
    "a stage name",
    STAGE_NAME,
    ["prod", "Prod_1-a", "s".repeat(128)],
    ["", "a b", "$default", "s".repeat(129), "prod\n"],
  ],
  [
    "a stage variable's name",
    STAGE_VARIABLE_NAME,
    ["host", "HOST_2", "v".repeat(64)],
    ["", "a-b", "a/b", "v".repeat(65)],
  ],
  [
    "a stage variable's value",
    STAGE_VARIABLE_VALUE,
    ["https://api.example.com:8443/v1?a=b&c=d,e#f~_", "v".repeat(512)],
    ["", "a b", "{x}", "$x", "v".repeat(513)],
  ],
  [
    "a region",
    REGION,
    ["eu-west-1", "us-gov-west-1", "cn-north-1", "ap-southeast-2"],
    ["", "eu-west", "EU-WEST-1", "eu-west-10"],
  ],
  ["an account", ACCOUNT_ID, ["123456789012"], ["", "12345678901", "1234567890123"]],
])("the pattern for %s accepts valid texts only", (_title, pattern, good, bad) => {
  expect(good.filter((text) => !pattern.test(text))).toEqual([]);
  expect(bad.filter((text) => pattern.test(text))).toEqual([]);
});

test.each([
  ["team", undefined],
  ["k".repeat(128), undefined],
  ["k".repeat(129), "length"],
  ["", "length"],
  ["aws:created-by", "reserved"],
  ["AWS:created-by", "reserved"],
  ["awsome", undefined],
  ["Größe: a/b=c+d-e@f.g_1", undefined],
  ["team!", "characters"],
  ["a\nb", "characters"],
])("the problem of the tag key %j is %s", (key, problem) => {
  expect(tagKeyProblem(key)).toBe(problem);
});
