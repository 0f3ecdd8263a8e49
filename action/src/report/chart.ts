/** Builds a chart of the duration of each phase of a connection, which GitHub renders: https://mermaid.js.org/syntax/xyChart.html */
import type { SmokeReport } from "../../../smoke";

const PHASES = [
  ["dns", "DNS"],
  ["tcp", "TCP"],
  ["tls", "TLS"],
  ["upgrade", "Upgrade"],
] as const;

const LOOK =
  '%%{init: {"xyChart": {"width": 720, "height": 280}, "themeVariables": {"xyChart": {"plotColorPalette": "#2da44e"}}}}%%';

export function latencyChart({ cases, pingMs, upgradeMs }: SmokeReport): string {
  const timings = cases.find(({ id, verdict }) => id === "connect" && verdict === "passed")?.timings;
  if (!timings) return "";
  const bars = PHASES.flatMap(([phase, name]): { name: string; ms: number }[] => {
    if (phase === "upgrade" && upgradeMs) {
      const { gateway, authorizer, backend } = upgradeMs;
      return [
        { name: "Gateway", ms: gateway },
        ...(authorizer === undefined ? [] : [{ name: "Authorizer", ms: authorizer }]),
        { name: "Backend", ms: backend },
      ];
    }
    const ms = timings[phase];
    return ms === undefined ? [] : [{ name, ms }];
  });
  if (pingMs) bars.push({ name: "Ping", ms: pingMs.p50 });
  const top = Math.max(1, ...bars.map(({ ms }) => Math.ceil(ms)));
  return [
    "```mermaid",
    LOOK,
    "xychart-beta",
    '  title "One connection, and a ping (ms)"',
    `  x-axis [${bars.map(({ name }) => name).join(", ")}]`,
    `  y-axis 0 --> ${top}`,
    `  bar [${bars.map(({ ms }) => Math.round(ms * 100) / 100).join(", ")}]`,
    "```",
  ].join("\n");
}
