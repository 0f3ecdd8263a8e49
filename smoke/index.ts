/** The smoke test as a library: `probe` connects once, `runSmoke` proves a whole endpoint. */
export { type Close, Connection, type Frame } from "./connection";
export { OptionsError, ProbeError } from "./errors";
export { probe } from "./probe";
export { runSmoke } from "./run";
export { mintToken, type TokenRequest } from "./token";
export type * from "./types";
