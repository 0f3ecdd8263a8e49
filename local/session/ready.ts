/** What a developer needs once the gateway serves: the endpoint, a URL to connect to, and the inspector. */
import { OUTPUTS } from "../../contract/names";
import { INSPECTOR_PATH } from "../inspector";
import { connectableUrl } from "../server/entry-points";
import type { LocalServer } from "../server/serve";

export function readyText(server: LocalServer, { inspector }: { readonly inspector: boolean }): string {
  const stages = server.entryPoints.flatMap((entry) => {
    const url = connectableUrl(entry);
    return ["", `${OUTPUTS.endpoint[0]}=${entry.endpoint}`, url, `npx wscat -c ${JSON.stringify(url)}`];
  });
  return [
    ...stages,
    "",
    ...(inspector ? [`Inspector      ${server.origin}${INSPECTOR_PATH}`] : []),
    `Control plane  AWS_ENDPOINT_URL_APIGATEWAYV2=${server.origin}`,
    "",
    "",
  ].join("\n");
}
