/** Partitions by region, host names of services, and the environment variables that override them. */
import {
  dnsSuffix,
  endpointIn,
  executeApiHost,
  globalEndpoint,
  partitionOf,
  regionIn,
  regionOfHost,
  serviceHost,
} from "../../../aws/endpoints";

test.each([
  ["eu-west-1", "aws", "amazonaws.com"],
  ["us-east-1", "aws", "amazonaws.com"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ["us-iso-east-1", "aws-iso", "c2s.ic.gov"],
  ["us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"],
  ["eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"],
  ["us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"],
  ["eusc-de-east-1", "aws-eusc", "amazonaws.eu"],
])("%s is in %s, whose hosts end in %s", (region, partition, suffix) => {
  expect(partitionOf(region)).toBe(partition);
  expect(dnsSuffix(region)).toBe(suffix);
  expect(serviceHost("sts", region)).toBe(`sts.${region}.${suffix}`);
  expect(regionOfHost(executeApiHost("abc123", region))).toBe(region);
});

test.each([
  "localhost",
  "ws.example.com",
  "abc.execute-api.eu-west-1.example.com",
  "abc.execute-api.eu-west-1.amazonaws.com.cn",
  "abc.execute-api.cn-north-1.amazonaws.com",
  "abc.execute-api.eu-west-1.amazonaws.com.example.com",
])("returns no region for %s, which is not the host name of an API", (host) => {
  expect(regionOfHost(host)).toBeUndefined();
});

test.each([
  [{ AWS_ENDPOINT_URL_LAMBDA: "http://a", AWS_ENDPOINT_URL: "http://b" }, "http://a"],
  [{ AWS_ENDPOINT_URL_LAMBDA: "", AWS_ENDPOINT_URL: "http://b" }, "http://b"],
  [{ AWS_ENDPOINT_URL_STS: "http://a", AWS_ENDPOINT_URL: "" }, undefined],
  [{}, undefined],
])("returns the endpoint of LAMBDA from %j", (env, endpoint) => {
  expect(endpointIn(env, "LAMBDA")).toBe(endpoint);
});

test("AWS_REGION has precedence over AWS_DEFAULT_REGION", () => {
  expect(regionIn({ AWS_REGION: "a", AWS_DEFAULT_REGION: "b" })).toBe("a");
  expect(regionIn({ AWS_DEFAULT_REGION: "b" })).toBe("b");
  expect(regionIn({})).toBeUndefined();
});

test.each([
  ["iam", "eu-west-1", { host: "iam.amazonaws.com", region: "us-east-1" }],
  ["iam", "cn-northwest-1", { host: "iam.cn-north-1.amazonaws.com.cn", region: "cn-north-1" }],
  ["iam", "us-gov-east-1", { host: "iam.us-gov.amazonaws.com", region: "us-gov-west-1" }],
  ["iam", "us-iso-east-1", undefined],
  ["route53", "eu-west-1", { host: "route53.amazonaws.com", region: "us-east-1" }],
  ["route53", "cn-north-1", { host: "route53.amazonaws.com.cn", region: "cn-northwest-1" }],
  ["lambda", "eu-west-1", undefined],
])("%s of %s has one endpoint for its partition, if it is global", (service, region, endpoint) => {
  expect(globalEndpoint(service, region)).toEqual(endpoint);
});
