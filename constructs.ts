/** The main module of the npm package: the constructs, and the configuration from which `WebSocketStack` is made. */
export {
  ConfigError,
  type ConfigErrorCode,
  type Environment,
  formatProblems,
  formatWarnings,
  type Loaded,
  type LoadOptions,
  loadConfig,
  type Problem,
  parseConfig,
} from "./config";
export type { AuthorizerSettings, Issuer, JwksIssuer, SecretIssuer } from "./functions/authorizer/settings";
export * from "./stacks";
