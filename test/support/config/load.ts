/** Texts of valid configurations, and functions that load configurations without a file system. */
import { ConfigError, type Problem, parseConfig } from "../../../config";
import type { Environment } from "../../../config/model";

export const MINIMAL = `name: quotes
backend: https://api.example.com
authorizer: {issuer: https://login.example.com/, audience: quotes}
`;

/** ARN of a function for routes and authorizers. */
export const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:chat";

/** Appends to the valid configuration. */
export const plus = (text: string) => `${MINIMAL}${text}\n`;
export const routes = (text: string) => plus(`routes: ${text}`);

/** Returns a function that reads these files. */
export const filesOf = (files: Readonly<Record<string, string>>) => (path: string) => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error("not here"), { code: "ENOENT" });
  return text;
};

export function load(text: string, files: Readonly<Record<string, string>> = {}): readonly Environment[] {
  return parseConfig(text, "gateway.yaml", filesOf(files)).environments;
}

/** Loads a configuration that has one environment. */
export function loadOne(text: string, files?: Readonly<Record<string, string>>): Environment {
  const [environment, ...others] = load(text, files);
  if (!environment || others.length > 0) throw new Error("expected one environment");
  return environment;
}

export function errorOf(text: string, files?: Readonly<Record<string, string>>): ConfigError {
  try {
    load(text, files);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("expected a ConfigError");
}

export const problemsOf = (text: string, files?: Readonly<Record<string, string>>): readonly Problem[] =>
  errorOf(text, files).problems;

/** Formats a problem as `line:column key: message hint`. */
export const said = ({ line, column, key, message, hint }: Problem) =>
  `${line}:${column} ${key}: ${message}${hint ? ` ${hint}` : ""}`;
