/** The smoke test as a library: `probe` connects once, `runSmoke` proves a whole endpoint, `render…` show what came of it. */
export { type CheckOptions, runCheck } from "./check";
export { type Close, Connection, type Frame } from "./connection";
export { OptionsError, ProbeError } from "./errors";
export { type Expectation, parseExpectation } from "./expectation";
export { probe } from "./probe";
export { renderJson } from "./report/json";
export { renderJunit } from "./report/junit";
export { notRun } from "./report/not-run";
export { renderText } from "./report/text";
export { runSmoke } from "./run";
export { mintToken, type TokenRequest } from "./token";
export type * from "./types";
