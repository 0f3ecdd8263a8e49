/** Partitions, the host names of services in them, and what the SDKs' environment variables say about both. */

export type Variables = Readonly<Record<string, string | undefined>>;

interface Partition {
  readonly name: string;
  /** How the names of its regions begin. */
  readonly prefix: string;
  readonly dnsSuffix: string;
}

const AWS: Partition = { name: "aws", prefix: "", dnsSuffix: "amazonaws.com" };
/** All but `aws`, as the SDKs have them: https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json */
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

/** @example partitionOf("cn-north-1") // "aws-cn" */
export const partitionOf = (region: string): string => partition(region).name;

/** @example dnsSuffix("cn-north-1") // "amazonaws.com.cn" */
export const dnsSuffix = (region: string): string => partition(region).dnsSuffix;

/** @example serviceHost("sts", "eu-west-1") // "sts.eu-west-1.amazonaws.com" */
export const serviceHost = (service: string, region: string): string => `${service}.${region}.${dnsSuffix(region)}`;

/** Where an API, or a domain name, is reached: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html */
export const executeApiHost = (id: string, region: string): string => `${id}.${serviceHost("execute-api", region)}`;

/** The region of an {@link executeApiHost}; undefined for any other name. */
export function regionOfHost(host: string): string | undefined {
  const [id = "", service, region = ""] = host.split(".");
  return service === "execute-api" && host === executeApiHost(id, region) ? region : undefined;
}

/** Service principals, the same in every partition: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export const PRINCIPALS = { apiGateway: "apigateway.amazonaws.com", lambda: "lambda.amazonaws.com" } as const;

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html; `AWS_DEFAULT_REGION` is older. */
export const regionIn = (env: Variables): string | undefined => env.AWS_REGION ?? env.AWS_DEFAULT_REGION;

/**
 * An endpoint that is set in place of a service's own: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * @param service the service's id in that variable, such as `APIGATEWAYV2`
 */
export const endpointIn = (env: Variables, service: string): string | undefined =>
  env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL || undefined;
