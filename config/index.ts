/** Reads `gateway.yaml`: text in, environments or located mistakes out. */
export type { Environment } from "./model";
