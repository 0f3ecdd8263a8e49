/** What a developer needs once the gateway serves: the endpoint, a URL to connect to, and the inspector. */
import { LOCAL_CREDENTIALS, OUTPUTS } from "../../contract/names";
import { INSPECTOR_PATH } from "../inspector";
import { connectable, type EntryPoint } from "../server/entry-points";
import type { LocalServer } from "../server/serve";

/** `certificate`: its path, where TLS clients are served too. */
export function readyText(
  server: LocalServer,
  { inspector }: { readonly inspector: boolean },
  certificate: string | undefined,
): string {
  const stages = server.entryPoints.flatMap((entry) => {
    const { url, headers } = connectable(entry);
    const options = Object.entries(headers).map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value}`)}`);
    const command = entry.iam ? signedCommand(entry) : `npx wscat -c ${JSON.stringify(url)}${options.join("")}`;
    return ["", `${OUTPUTS.endpoint[0]}=${entry.endpoint}`, url, command];
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

/** wscat cannot sign. */
function signedCommand({ url, parameters }: EntryPoint): string {
  const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS;
  const query = Object.entries(parameters).map(([name, value]) => ` -q ${name}=${value}`);
  return `AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} npm run smoke -- ${url} --iam${query.join("")}`;
}
