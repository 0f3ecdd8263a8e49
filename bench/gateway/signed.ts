/** A signature, which the local gateway requires to be well formed. The other gateways ignore it. */
import { sign } from "../../aws/sigv4";

const { host, ...headers } = sign(
  { method: "POST", path: "/", headers: { host: "localhost" }, body: "" },
  { accessKeyId: "bench", secretAccessKey: "bench" },
  { region: "us-east-1", service: "execute-api", date: new Date("2026-01-01") },
);
export const SIGNED: Readonly<Record<string, string>> = headers;
