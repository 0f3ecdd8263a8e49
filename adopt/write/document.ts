/** Writes `gateway.yaml` as text, with a comment where something is unusual. */
import { Document, isMap, isScalar, type Pair, Scalar } from "yaml";
import type { Defect } from "../findings/defects";
import { fileTree, type Project } from "../project";
import { NO_BACKEND } from "./backend";

/** A setting, and the comment above it. */
type Comment = readonly [path: readonly string[], text: string];

const WIDTH = 110;

/** Returns the text of `gateway.yaml`. */
export function gatewayYaml(
  project: Project,
  about: { readonly apiId: string; readonly defects: readonly Defect[] },
): string {
  const tree = fileTree(project.names, project, project.recordFile);
  const document = new Document(JSON.parse(JSON.stringify(tree)), { aliasDuplicateObjects: false });
  document.commentBefore = wrap(
    `The WebSocket API ${about.apiId}, which was created without this file. docs/adopt.md describes \`adopted\`.`,
  );
  for (const [path, text] of comments(project, about.defects)) comment(document, path, text);
  return document.toString({ lineWidth: 0 });
}

function comments({ names, settings, keep }: Project, defects: readonly Defect[]): Comment[] {
  const place = "adopted" in fileTree(names, { settings, keep }, "record") ? [] : ["environments", names.environment];
  const adopted = [...place, "adopted"];
  const effects = (name: Defect["name"]) => defects.filter((defect) => defect.name === name);
  const of = (path: string) => [...adopted, "keep", path];
  const fixed = (name: string) => `To fix it after the import, remove this line (adopt --fix ${name}).`;
  return [
    ...(settings.backend === NO_BACKEND ? [[["backend"], "No route of the API has an HTTP backend."] as const] : []),
    [adopted, "Terraform imports the API by the ids in the record, and keeps what no option expresses."],
    ...effects("route-selection").map(
      ({ effect }): Comment => [[...of("api"), "route_selection_expression"], `${effect} ${fixed("route-selection")}`],
    ),
    ...effects("missing-response").flatMap(({ where, effect }): Comment[] =>
      Object.keys(keep)
        .filter((path) => keep[path] === false && path.startsWith(`${where} integration/response`))
        .map((path) => [of(path), `${effect} ${fixed("missing-response")}`]),
    ),
    ...(keep.stage && "default_route_settings" in keep.stage
      ? [
          [
            [...of("stage"), "default_route_settings"],
            [
              "The stage's settings as they were found. `stage.throttle`, `stage.detailedMetrics` and `logs.execution` need this line removed.",
              ...[...effects("throttle"), ...effects("data-trace")].map(
                ({ effect, name }) => `${effect} ${fixed(name)}`,
              ),
            ].join(" "),
          ] as const,
        ]
      : []),
    ...effects("access-log").map(
      ({ effect }): Comment => [[...of("stage"), "access_log_settings"], `${effect} ${fixed("access-log")}`],
    ),
    ...effects("auto-deploy").map(
      ({ effect }): Comment => [[...of("stage"), "auto_deploy"], `${effect} ${fixed("auto-deploy")}`],
    ),
    ...effects("permission").flatMap(({ effect }): Comment[] =>
      Object.keys(keep)
        .filter((path) => path.startsWith("lambda_authorizer/permission") && keep[path] === false)
        .map((path) => [of(path), `${effect} ${fixed("permission")}`]),
    ),
  ];
}

/** Puts a comment above a setting, if the document has it. */
function comment(document: Document, path: readonly string[], text: string): void {
  const map = document.getIn(path.slice(0, -1), true);
  const parent = path.length === 1 ? document.contents : map;
  if (!isMap(parent)) return;
  const pair = parent.items.find(({ key }: Pair) => (isScalar(key) ? key.value : key) === path.at(-1));
  if (pair === undefined) return;
  const key = isScalar(pair.key) ? pair.key : new Scalar(pair.key);
  key.commentBefore = wrap(text);
  pair.key = key;
}

/** Breaks a comment into lines. Each begins with a space. */
function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length + 1 > WIDTH) lines.push(` ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}
