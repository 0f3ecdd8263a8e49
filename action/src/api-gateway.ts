/** The stages and deployments of the API, which a verified deploy changes by itself. */
import * as z from "zod";
import type { Access, AwsRequest } from "../../aws/request";
import { call, readList } from "./aws";

const routeSettings = z.object({
  throttlingBurstLimit: z.number().optional(),
  throttlingRateLimit: z.number().optional(),
  dataTraceEnabled: z.boolean().optional(),
  detailedMetricsEnabled: z.boolean().optional(),
  loggingLevel: z.string().optional(),
});
const stage = z.object({
  stageName: z.string(),
  description: z.string().optional(),
  deploymentId: z.string().optional(),
  stageVariables: z.record(z.string(), z.string()).default({}),
  defaultRouteSettings: routeSettings.optional(),
  /** By route key. */
  routeSettings: z.record(z.string(), routeSettings).default({}),
});
export type Stage = z.infer<typeof stage>;

const deployment = z.object({
  deploymentId: z.string(),
  createdDate: z.string().optional(),
  description: z.string().optional(),
  deploymentStatus: z.string().optional(),
});
export type Deployment = z.infer<typeof deployment>;

/**
 * Reads and changes the stages and deployments of one API. Each method throws an AwsError if API Gateway rejects it.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html
 */
export class ApiGateway {
  constructor(
    private readonly access: Access,
    private readonly apiId: string,
  ) {}

  /** The URL of a stage at the API's own domain name: `wss://…/<stage>`. */
  async stageUrl(stageName: string): Promise<string> {
    const { apiEndpoint } = z.object({ apiEndpoint: z.string() }).parse(await this.json("GET", ""));
    return `${apiEndpoint}/${stageName}`;
  }

  async stage(name: string): Promise<Stage> {
    return stage.parse(await this.json("GET", stagePath(name)));
  }

  async stages(): Promise<readonly Stage[]> {
    return z.array(stage).parse(await this.items("/stages"));
  }

  async createStage(settings: Stage): Promise<void> {
    await this.json("POST", "/stages", settings);
  }

  async updateStage(name: string, change: Partial<Stage>): Promise<void> {
    await this.json("PATCH", stagePath(name), change);
  }

  /** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html */
  async deleteRouteSettings(name: string, routeKey: string): Promise<void> {
    await this.json("DELETE", `${stagePath(name)}/routesettings/${encodeURIComponent(routeKey)}`);
  }

  async deleteStage(name: string): Promise<void> {
    await this.json("DELETE", stagePath(name));
  }

  async deployments(): Promise<readonly Deployment[]> {
    return z.array(deployment).parse(await this.items("/deployments"));
  }

  async deployment(id: string): Promise<Deployment> {
    return deployment.parse(await this.json("GET", deploymentPath(id)));
  }

  async describeDeployment(id: string, description: string): Promise<void> {
    await this.json("PATCH", deploymentPath(id), { description });
  }

  async deleteDeployment(id: string): Promise<void> {
    await this.json("DELETE", deploymentPath(id));
  }

  private items(path: string): Promise<unknown[]> {
    return readList(this.access, `${apiPath(this.apiId)}${path}`);
  }

  private async json(method: AwsRequest["method"], path: string, body?: unknown): Promise<unknown> {
    const text = await call(this.access, {
      service: "apigateway",
      method,
      path: `/v2${apiPath(this.apiId)}${path}`,
      ...(body === undefined ? {} : { body: JSON.stringify(body), contentType: "application/json" }),
    });
    return text === "" ? undefined : JSON.parse(text);
  }
}

const apiPath = (id: string): string => `/apis/${encodeURIComponent(id)}`;
const stagePath = (name: string): string => `/stages/${encodeURIComponent(name)}`;
const deploymentPath = (id: string): string => `/deployments/${encodeURIComponent(id)}`;
