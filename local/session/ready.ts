/** What a developer needs once the gateway serves: what is served, the backend's environment, a URL to connect to. */
import { INSPECTOR_PATH } from "../inspector";
import { backendEnvironment, connectable, type EntryPoint } from "../server/entry-points";
import type { LocalServer } from "../server/serve";
import type { Options } from "./options";

export interface Ready {
  readonly server: LocalServer;
  readonly options: Pick<Options, "inspector" | "claims">;
  /** Where the stack comes from; undefined with `--empty`. */
  readonly source: string | undefined;
  /** The path of the gateway's certificate, where TLS clients are served too. */
  readonly certificate: string | undefined;
}

/** The lines for a person. The `export` lines are for the shell that starts the backend. */
export function readyText({ server, options, source, certificate }: Ready): string {
  const { region } = server.store.account;
  const stages = server.entryPoints.flatMap((entry) => {
    const { url, headers } = connectable(entry, options.claims);
    const given = Object.entries(headers).map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value}`)}`);
    const from = source === undefined ? "" : `, from ${source}`;
    return [
      "",
      `Serving ${entry.apiName} (API ${entry.apiId}), stage ${entry.stage}${from}`,
      ...entry.backends.map((backend) => `Backend ${backend}`),
      ...exportLines(entry, region),
      url,
      `npx wscat -c ${JSON.stringify(url)}${given.join("")}`,
    ];
  });
  return [
    ...stages,
    "",
    ...(server.faults === "" ? [] : [`Faults         ${server.faults}`]),
    ...(options.inspector ? [`Inspector      ${server.origin}${INSPECTOR_PATH}`] : []),
    `Control plane  AWS_ENDPOINT_URL_APIGATEWAYV2=${server.origin}`,
    ...(certificate === undefined
      ? []
      : [`https:// wss:// NODE_EXTRA_CA_CERTS=${certificate} AWS_CA_BUNDLE=${certificate}`]),
    "",
    "",
  ].join("\n");
}

/** Three lines: the endpoint, the region, and keys that are not real, which the SDKs need for the signature. */
function exportLines(entry: EntryPoint, region: string): string[] {
  const pairs = Object.entries(backendEnvironment(entry, region)).map(([name, value]) => `${name}=${value}`);
  return [0, 2, 4].map((start) => `export ${pairs.slice(start, start + 2).join(" ")}`);
}

/**
 * The same for a program: one line of JSON, `{"type":"ready","url":…,"endpoint":…,"token":…}`. Later lines are events of
 * the trace, which have other types.
 */
export function readyJson({ server, options, source, certificate }: Ready): string {
  const { region } = server.store.account;
  const stages = server.entryPoints.map((entry) => ({
    apiId: entry.apiId,
    apiName: entry.apiName,
    stage: entry.stage,
    ...connectable(entry, options.claims),
    stageUrl: entry.url,
    endpoint: entry.endpoint,
    token: entry.token?.createToken(options.claims),
    backends: entry.backends,
    env: backendEnvironment(entry, region),
  }));
  const { origin, originSecret, faults } = server;
  const inspector = options.inspector ? `${origin}${INSPECTOR_PATH}` : undefined;
  const more = { controlPlane: origin, inspector, originSecret, source, certificate, faults: faults || undefined };
  return `${JSON.stringify({ type: "ready", ...stages[0], ...more, stages })}\n`;
}
