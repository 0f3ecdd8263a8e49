/** Partitions, the host names of their services, and the environment variables of AWS SDKs for region and endpoint. */

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

interface Partition {
  readonly name: string;
  /** Prefix of the names of its regions. */
  readonly prefix: string;
  /** Domain of its services, without a leading dot. */
  readonly dnsSuffix: string;
}

const AWS: Partition = { name: "aws", prefix: "", dnsSuffix: "amazonaws.com" };
/** All partitions except `aws`. Source: https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json */
const PARTITIONS: readonly Partition[] = [
  { name: "aws-cn", prefix: "cn-", dnsSuffix: "amazonaws.com.cn" },
  { name: "aws-us-gov", prefix: "us-gov-", dnsSuffix: "amazonaws.com" },
  { name: "aws-iso", prefix: "us-iso-", dnsSuffix: "c2s.ic.gov" },
  { name: "aws-iso-b", prefix: "us-isob-", dnsSuffix: "sc2s.sgov.gov" },
  { name: "aws-iso-e", prefix: "eu-isoe-", dnsSuffix: "cloud.adc-e.uk" },
  { name: "aws-iso-f", prefix: "us-isof-", dnsSuffix: "csp.hci.ic.gov" },
  { name: "aws-eusc", prefix: "eusc-", dnsSuffix: "amazonaws.eu" },
];

const partition = (region: string): Partition => PARTITIONS.find(({ prefix }) => region.startsWith(prefix)) ?? AWS;

/** Returns the partition of a region. @example partitionOf("cn-north-1") // "aws-cn" */
export const partitionOf = (region: string): string => partition(region).name;

/** Returns the domain of the services in a region. @example dnsSuffix("cn-north-1") // "amazonaws.com.cn" */
export const dnsSuffix = (region: string): string => partition(region).dnsSuffix;

/** Returns the host name of a regional service endpoint. @example serviceHost("sts", "eu-west-1") // "sts.eu-west-1.amazonaws.com" */
export const serviceHost = (service: string, region: string): string => `${service}.${region}.${dnsSuffix(region)}`;

/**
 * Returns the default host name of an API, or the DNS target of a custom domain.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 *
 * @param id id of the API or of the domain name
 */
export const executeApiHost = (id: string, region: string): string => `${id}.${serviceHost("execute-api", region)}`;

/** Returns the region of an {@link executeApiHost}, or undefined for any other host name. */
export function regionOfHost(host: string): string | undefined {
  const [id = "", service, region = ""] = host.split(".");
  return service === "execute-api" && host === executeApiHost(id, region) ? region : undefined;
}

/** Service principals. They are the same in every partition: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export const PRINCIPALS = { apiGateway: "apigateway.amazonaws.com", lambda: "lambda.amazonaws.com" } as const;

/**
 * Returns the region that the environment sets: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 * `AWS_DEFAULT_REGION` is the older name of the variable.
 */
export const regionIn = (env: Variables): string | undefined => env.AWS_REGION ?? env.AWS_DEFAULT_REGION;

/**
 * Returns the endpoint URL that the environment sets for a service, or undefined if it sets none.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *
 * @param service the service's id as in the variable's name, such as `APIGATEWAYV2`
 */
export const endpointIn = (env: Variables, service: string): string | undefined =>
  env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL || undefined;

/**
 * IAM and Route 53 have one endpoint and one signing region per partition; `undefined` for other services, and where they
 * are not documented publicly.
 * https://docs.aws.amazon.com/general/latest/gr/iam-service.html, https://docs.aws.amazon.com/general/latest/gr/r53.html
 */
export function globalEndpoint(
  service: string,
  region: string,
): { readonly host: string; readonly region: string } | undefined {
  const { name } = partition(region);
  if (service !== "iam" && service !== "route53") return undefined;
  if (name === "aws") return { host: `${service}.amazonaws.com`, region: "us-east-1" };
  if (name === "aws-us-gov") return { host: `${service}.us-gov.amazonaws.com`, region: "us-gov-west-1" };
  if (name !== "aws-cn") return undefined;
  return service === "iam"
    ? { host: "iam.cn-north-1.amazonaws.com.cn", region: "cn-north-1" }
    : { host: "route53.amazonaws.com.cn", region: "cn-northwest-1" };
}
