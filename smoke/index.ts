/**
 * The smoke test as a library: `probe` connects once, `runSmoke` tests a whole endpoint, `render…` functions format its
 * report.
 */
export { type CheckOptions, runCheck } from "./check";
export { type Close, Connection, type Frame } from "./connection";
export { OptionsError, ProbeError } from "./errors";
export { type Expectation, parseExpectation } from "./expectation";
export { type LoadOptions, type LoadReport, runLoad } from "./load";
export { probe } from "./probe";
export { renderJunit } from "./report/junit";
export { notRun, renderJson, renderText } from "./report/text";
export { runSmoke } from "./run";
export { mintToken, type TokenRequest } from "./token";
export type * from "./types";
