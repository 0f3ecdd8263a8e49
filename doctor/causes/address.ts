/** The client reaches no API, or no stage: causes in its URL. */
import { adviceFor, adviceForFailure } from "../../smoke/advice";
import type { Evidence } from "../evidence";
import { FROM_AWS, finding, isEarly, isGateways, live, refusal, stage } from "./facts";

export function managementUrl({ address: { path } }: Evidence) {
  if (!path.includes("@connections")) return undefined;
  return finding(
    "management-url",
    "certain",
    "The URL is the one to which a backend posts messages: it ends with /@connections.",
    `Clients connect to ${path[0] === "@connections" ? "wss://host/stage" : `the URL without /${path.slice(path.indexOf("@connections")).join("/")}`}. A backend gives WS_API_ENDPOINT to the SDK, which adds /@connections itself.`,
  );
}

export function noAnswer({ answer, otherScheme, address }: Evidence) {
  if (answer.kind !== "failed") return undefined;
  const { failure } = answer;
  if (otherScheme !== undefined && otherScheme.kind !== "failed") {
    const other = address.url.protocol === "wss:" ? "ws:" : "wss:";
    return finding(
      other === "ws:" ? "plain-server" : "tls-server",
      "certain",
      other === "ws:" ? "The server on this port does not use TLS." : "The server on this port uses TLS.",
      `Connect to ${other}//${address.url.host}. API Gateway itself accepts wss: only.`,
    );
  }
  return finding(failure, "certain", `${answer.message.replace(/\.?$/, "")}.`, adviceForFailure(answer));
}

export function otherServer({ answer }: Evidence) {
  if (answer.kind !== "refused" || isGateways(answer) || "x-amz-apigw-id" in answer.headers) return undefined;
  if (answer.status >= 300 && answer.status < 400)
    return finding(
      "redirect",
      "certain",
      "The server redirects, and WebSocket clients do not follow.",
      adviceFor(answer),
    );
  return finding(
    "not-api-gateway",
    "likely",
    `An HTTP server that is not API Gateway answered ${answer.status}.`,
    "Check the host. If it is right, a proxy or CDN in front of API Gateway does not pass the headers Upgrade and Connection on.",
  );
}

export function wrongApi({ inside }: Evidence) {
  if (inside?.kind !== "no-api") return undefined;
  return inside.elsewhere === undefined
    ? finding(
        "no-api",
        "certain",
        `This account has no such API in ${inside.region}.`,
        "Check the API's id in the URL, the region, and the account of the credentials. If the API was replaced, clients need its new URL: see the output WS_URL.",
      )
    : finding(
        "wrong-region",
        "certain",
        `The URL names the region ${inside.region}, but the API is in ${inside.elsewhere}.`,
        `Use the host of ${inside.elsewhere} in the URL.`,
      );
}

export function wrongAddress(evidence: Evidence) {
  const refused = refusal(evidence, 403);
  if (refused === undefined || !isEarly(refused, "ForbiddenException")) return undefined;
  const { path } = evidence.address;
  const known = live(evidence);
  const named = path.join("/") || "(none)";
  if (known?.api.disableExecuteApiEndpoint === true)
    return finding(
      "endpoint-disabled",
      "certain",
      "The API's own host name is disabled (disableExecuteApiEndpoint).",
      "Connect to its custom domain name, or enable the endpoint (`aws apigatewayv2 update-api --no-disable-execute-api-endpoint`) and deploy.",
    );
  if (known !== undefined) {
    const names = known.stages.map(({ stageName }) => stageName);
    const found = stage(evidence);
    if (found !== undefined && found.deploymentId === undefined && !found.autoDeploy)
      return finding(
        "not-deployed",
        "certain",
        `The stage ${found.stageName} has no deployment, so it serves nothing.`,
        "Deploy it: `cdktf deploy`, the action, or `aws apigatewayv2 create-deployment --stage-name`.",
      );
    const isStage = path.some((segment) => names.includes(segment));
    if (found === undefined || path.length > 1)
      return finding(
        isStage ? "path" : "no-stage",
        "certain",
        isStage ? `The path /${named} continues after the stage.` : `The API has no stage ${named}.`,
        `Its stages: ${names.join(", ") || "none"}. The path is the stage and nothing else.`,
      );
  }
  return [
    finding(
      path.length < 2 ? "no-stage" : "path",
      "likely",
      path.length === 0
        ? "The URL has no stage."
        : path.length === 1
          ? `There is no stage ${named}, or it has no deployment.`
          : `The path /${named} is not a stage.`,
      "The path is the stage and nothing else, such as /prod. Use the output WS_URL.",
    ),
    finding("not-deployed", "possible", "The stage has no deployment.", `Deploy it. ${FROM_AWS}`),
    finding("wrong-region", "possible", "The API is in another region or account, or was deleted.", FROM_AWS),
  ];
}
