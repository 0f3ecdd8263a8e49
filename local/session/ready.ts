/** What a developer needs once the gateway serves: the endpoint, a URL to connect to, and the inspector. */
import { OUTPUTS } from "../../contract/names";
import { INSPECTOR_PATH } from "../inspector";
import { connectableUrl } from "../server/entry-points";
import type { LocalServer } from "../server/serve";

/** `certificate`: its path, where TLS clients are served too. */
export function readyText(
  server: LocalServer,
  { inspector }: { readonly inspector: boolean },
  certificate: string | undefined,
): string {
  const stages = server.entryPoints.flatMap((entry) => {
    const url = connectableUrl(entry);
    return ["", `${OUTPUTS.endpoint[0]}=${entry.endpoint}`, url, `npx wscat -c ${JSON.stringify(url)}`];
  });
  return [
    ...stages,
    "",
    ...(inspector ? [`Inspector      ${server.origin}${INSPECTOR_PATH}`] : []),
    `Control plane  AWS_ENDPOINT_URL_APIGATEWAYV2=${server.origin}`,
    ...(certificate === undefined
      ? []
      : [`https:// wss:// NODE_EXTRA_CA_CERTS=${certificate} AWS_CA_BUNDLE=${certificate}`]),
    "",
    "",
  ].join("\n");
}
