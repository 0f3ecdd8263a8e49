/**
 * Throttles by the stage's settings: one token bucket for each route that has its own limits, and one for all others.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 * If a stage sets no limits, AWS applies the account's limits, but the local gateway applies none. A limit of 0 rejects
 * every request, as on AWS (https://github.com/hashicorp/terraform-provider-aws/issues/27674).
 */
import type { RouteSettings, Stage } from "../api/types";
import type { Clock } from "./clock";

interface Bucket {
  tokens: number;
  at: number;
}

export class Throttle {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Clock) {}

  /** Takes one token. Returns false if none is left. */
  allows(apiId: string, stage: Stage, routeKey: string): boolean {
    const own = stage.routeSettings[routeKey];
    const limits = hasLimits(own) ? own : stage.defaultRouteSettings;
    if (!hasLimits(limits)) return true;
    const key = `${apiId}/${stage.stageName}/${limits === own ? routeKey : ""}`;
    return this.#take(key, limits.throttlingRateLimit ?? Infinity, limits.throttlingBurstLimit ?? Infinity);
  }

  #take(key: string, rate: number, burst: number): boolean {
    const now = this.clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const earned = ((now - bucket.at) / 1000) * rate;
    bucket.tokens = Math.min(burst, bucket.tokens + (Number.isNaN(earned) ? 0 : earned));
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

function hasLimits(settings: RouteSettings | undefined): settings is RouteSettings {
  return settings?.throttlingBurstLimit !== undefined || settings?.throttlingRateLimit !== undefined;
}
