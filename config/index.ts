/** Reads `gateway.yaml`: returns its environments, or throws an error with all mistakes and their positions. */
export { environmentNamed } from "./choose";
export { ConfigError, type ConfigErrorCode, formatProblems, formatWarnings, type Problem } from "./errors";
export { type Loaded, type LoadOptions, loadConfig, parseConfig } from "./load";
export type { Environment } from "./model";
