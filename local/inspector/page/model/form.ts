/** Reads the texts of the form to connect. */
import { parseObject } from "./summary";

/**
 * The claims of a token, from a user and JSON. An empty user is left to the gateway.
 *
 * @throws {Error} whose message is for the user
 */
export function claimsOf(user: string, json: string): Readonly<Record<string, unknown>> {
  const others = json.trim() === "" ? {} : parseObject(json);
  if (others === undefined) throw new Error("The claims must be a JSON object.");
  return { ...others, ...(user !== "" && { sub: user }) };
}

/**
 * Names and values, one pair a line.
 *
 * @throws {Error} whose message is for the user
 * @example pairsOf("stocks=aapl", "=") // { stocks: "aapl" }
 */
export function pairsOf(text: string, separator: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(separator);
      if (at < 1) throw new Error(`This line has no name before "${separator}": ${line}`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
    }),
  );
}

export function linesOf(pairs: Readonly<Record<string, string>>, separator: string): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}${separator}${value}`)
    .join("\n");
}
