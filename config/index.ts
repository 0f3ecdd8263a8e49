/** Reads `gateway.yaml`: text in, environments or located mistakes out. */
export { ConfigError, type ConfigErrorCode, formatProblems, type Problem } from "./errors";
export { type Loaded, loadConfig, parseConfig } from "./load";
export type { Environment } from "./model";
