/** The settings blocks of a stage, default and per route, for the guards. */
import type {
  Apigatewayv2Stage,
  Apigatewayv2StageDefaultRouteSettings,
  Apigatewayv2StageRouteSettings,
} from "@cdktf/provider-aws/lib/apigatewayv2-stage";

export interface SettingsBlock {
  /** Name of the block for messages. */
  readonly where: string;
  readonly settings: Apigatewayv2StageDefaultRouteSettings | Apigatewayv2StageRouteSettings;
}

export function routeSettings(stage: Apigatewayv2Stage): readonly SettingsBlock[] {
  const defaults = stage.defaultRouteSettingsInput;
  const routes = stage.routeSettingsInput;
  return [
    ...(defaults === undefined ? [] : [{ where: "default_route_settings", settings: defaults }]),
    ...(Array.isArray(routes)
      ? routes.map((settings: Apigatewayv2StageRouteSettings) => ({
          where: `route_settings of ${settings.routeKey}`,
          settings,
        }))
      : []),
  ];
}
