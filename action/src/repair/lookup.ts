/**
 * Looks up, for a resource that a plan creates, the object of AWS that has its name already. Resources that are not here
 * cannot collide: AWS generates their names or ids, or the request to create one replaces an existing one.
 */
import * as z from "zod";
import { iamArn } from "../../../aws/arn";
import { partitionOf } from "../../../aws/endpoints";
import type { Access } from "../../../aws/request";
import { AwsError, accountId, callAction, callOperation, readList, readResource } from "../aws";

/** An object of AWS. */
export interface Existing {
  /** The attribute `id` of Terraform's resource. */
  readonly id: string;
  /** The id for `terraform import`. */
  readonly importId: string;
  /** Its name and tags, which show to what it belongs. Undefined: only {@link differs} shows it. */
  readonly named?: { readonly name: string; readonly tags: Tags };
  /** What differs from the planned resource, if that shows that it belongs to something else. */
  readonly differs?: string | undefined;
}
type Tags = Readonly<Record<string, string>>;

export type Lookup = (access: Access, planned: unknown) => Promise<Existing | undefined>;

/** Lookups by the type of Terraform's resource. */
export const LOOKUPS: Readonly<Record<string, Lookup>> = {
  aws_iam_role: lookup(z.object({ name: z.string() }), async (access, { name }) => {
    const xml = await callAction(access, "iam", { Action: "GetRole", Version: "2010-05-08", RoleName: name });
    return { id: name, importId: name, named: { name, tags: tagsIn(xml) } };
  }),
  aws_iam_policy: lookup(z.object({ name: z.string(), path: z.string() }), async (access, { name, path }) => {
    const account = { accountId: (await accountId(access)) ?? "", region: "", partition: partitionOf(access.region) };
    const arn = iamArn(account, "policy", name, path);
    const xml = await callAction(access, "iam", { Action: "GetPolicy", Version: "2010-05-08", PolicyArn: arn });
    return { id: arn, importId: arn, named: { name, tags: tagsIn(xml) } };
  }),
  aws_cloudwatch_log_group: lookup(z.object({ name: z.string() }), async (access, { name }) => {
    const body = { logGroupNamePrefix: name };
    const { logGroups } = groups.parse(await callOperation(access, "logs", "Logs_20140328.DescribeLogGroups", body));
    const arn = logGroups.find(({ logGroupName }) => logGroupName === name)?.arn.replace(/:\*$/, "");
    if (arn === undefined) return undefined;
    const found = await callOperation(access, "logs", "Logs_20140328.ListTagsForResource", { resourceArn: arn });
    return { id: name, importId: name, named: { name, tags: tagged.parse(found).tags } };
  }),
  aws_lambda_function: lookup(
    z.object({ function_name: z.string(), role: z.string().optional() }),
    async (access, { function_name: name, role }) => {
      const path = `/2015-03-31/functions/${encodeURIComponent(name)}`;
      const { Configuration, Tags } = lambda.parse(await readResource(access, "lambda", path));
      const differs = role === undefined || role === Configuration.Role ? undefined : "it has another role";
      return { id: name, importId: name, named: { name, tags: Tags }, differs };
    },
  ),
  aws_ssm_parameter: lookup(
    z.object({ name: z.string(), value: z.string(), overwrite: z.boolean().nullish() }),
    async (access, { name, value, overwrite }) => {
      if (overwrite) return undefined;
      const body = { Name: name, WithDecryption: true };
      const { Parameter } = parameter.parse(await callOperation(access, "ssm", "AmazonSSM.GetParameter", body));
      return { id: name, importId: name, differs: Parameter.Value === value ? undefined : "it has another value" };
    },
  ),
  aws_apigatewayv2_api: lookup(z.object({ name: z.string() }), async (access, { name }) => {
    const unused = (await namedApis(access, name)).find(({ stages }) => stages.length === 0);
    return unused && { id: unused.id, importId: unused.id, named: { name, tags: unused.tags } };
  }),
  aws_apigatewayv2_domain_name: lookup(z.object({ domain_name: z.string() }), async (access, { domain_name: name }) => {
    const found = await readResource(access, "apigateway", `/v2/domainnames/${encodeURIComponent(name)}`);
    return { id: name, importId: name, named: { name, tags: tagged.parse(found).tags } };
  }),
  aws_apigatewayv2_api_mapping: lookup(
    z.object({ domain_name: z.string(), api_id: z.string().optional(), api_mapping_key: z.string().nullish() }),
    async (access, { domain_name: domain, api_id: apiId, api_mapping_key: key }) => {
      const found = (await readList(access, `/domainnames/${encodeURIComponent(domain)}/apimappings`))
        .map((one) => mapping.parse(one))
        .find(({ apiMappingKey }) => apiMappingKey === (key ?? ""));
      const differs = found?.apiId === apiId ? undefined : "it maps another API";
      return found && { id: found.apiMappingId, importId: `${found.apiMappingId}/${domain}`, differs };
    },
  ),
  aws_apigatewayv2_stage: partOf(z.object({ api_id: z.string(), name: z.string() }), (planned) => ({
    path: [planned.api_id, "stages"],
    is: (found) => found.stageName === planned.name,
    id: "stageName",
  })),
  aws_apigatewayv2_authorizer: partOf(z.object({ api_id: z.string(), name: z.string() }), (planned) => ({
    path: [planned.api_id, "authorizers"],
    is: (found) => found.name === planned.name,
    id: "authorizerId",
  })),
  aws_apigatewayv2_route: partOf(z.object({ api_id: z.string(), route_key: z.string() }), (planned) => ({
    path: [planned.api_id, "routes"],
    is: (found) => found.routeKey === planned.route_key,
    id: "routeId",
  })),
  aws_apigatewayv2_route_response: partOf(
    z.object({ api_id: z.string(), route_id: z.string(), route_response_key: z.string() }),
    (planned) => ({
      path: [planned.api_id, "routes", planned.route_id, "routeresponses"],
      is: (found) => found.routeResponseKey === planned.route_response_key,
      id: "routeResponseId",
    }),
  ),
  aws_apigatewayv2_integration_response: partOf(
    z.object({ api_id: z.string(), integration_id: z.string(), integration_response_key: z.string() }),
    (planned) => ({
      path: [planned.api_id, "integrations", planned.integration_id, "integrationresponses"],
      is: (found) => found.integrationResponseKey === planned.integration_response_key,
      id: "integrationResponseId",
    }),
  ),
};

/** Returns the APIs with a name, which need not be unique, and the names of their stages. */
export async function namedApis(access: Access, name: string) {
  const found = (await readList(access, "/apis")).map((one) => api.parse(one)).filter((one) => one.name === name);
  return Promise.all(
    found.map(async ({ apiId, tags }) => {
      const stages = z.array(stage).parse(await readList(access, `/apis/${encodeURIComponent(apiId)}/stages`));
      return { id: apiId, tags, stages: stages.map(({ stageName }) => stageName) };
    }),
  );
}

const tags = z.record(z.string(), z.string()).default({});
const tagged = z.object({ tags });
const groups = z.object({ logGroups: z.array(z.object({ logGroupName: z.string(), arn: z.string() })).default([]) });
const lambda = z.object({ Configuration: z.object({ Role: z.string() }), Tags: tags });
const parameter = z.object({ Parameter: z.object({ Value: z.string() }) });
const api = z.object({ apiId: z.string(), name: z.string(), tags });
const stage = z.object({ stageName: z.string() });
const mapping = z.object({ apiMappingId: z.string(), apiId: z.string(), apiMappingKey: z.string().default("") });

/**
 * Creates a lookup. It returns `undefined` if AWS has no such object, or if the attributes that identify it are unknown
 * before the apply: the object's parent is then new, so the object cannot exist.
 */
function lookup<T>(schema: z.ZodType<T>, find: (access: Access, planned: T) => Promise<Existing | undefined>): Lookup {
  return async (access, planned) => {
    const { data } = schema.safeParse(planned);
    try {
      return data && (await find(access, data));
    } catch (error) {
      if (error instanceof AwsError && (error.status === 404 || /ParameterNotFound/.test(error.message)))
        return undefined;
      throw error;
    }
  };
}

const part = z.record(z.string(), z.unknown());

/** Creates a lookup for a part of an API. It belongs to the environment that manages the API. */
function partOf<T>(
  schema: z.ZodType<T>,
  search: (planned: T) => {
    /** The list's path below `/apis`. */
    readonly path: readonly string[];
    readonly is: (found: z.infer<typeof part>) => boolean;
    /** The member that is the id. */
    readonly id: string;
  },
): Lookup {
  return lookup(schema, async (access, planned) => {
    const { path, is, id } = search(planned);
    const found = (await readList(access, `/apis/${path.map(encodeURIComponent).join("/")}`)).map((one) =>
      part.parse(one),
    );
    const value = z.string().safeParse(found.find(is)?.[id]).data;
    const parents = path.filter((_, index) => index % 2 === 0);
    return value === undefined ? undefined : { id: value, importId: [...parents, value].join("/") };
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function tagsIn(xml: string): Tags {
  const text = (escaped = "") => escaped.replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
  const members = xml.matchAll(/<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>/g);
  return Object.fromEntries([...members].map(([, key, value]) => [text(key), text(value)]));
}
