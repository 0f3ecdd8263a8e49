/** Decides whether output has colours, and applies them. */
import { styleText } from "node:util";

export type Color = "red" | "green" | "yellow" | "cyan" | "gray";
/** Returns the text in a colour, or unchanged if colours are off. */
export type Paint = (color: Color, text: string) => string;

/**
 * Returns whether to write colours to a stream. `FORCE_COLOR` has precedence: `0` and `false` turn colours off, any other
 * value turns them on. Then `NO_COLOR` (https://no-color.org: any value except an empty one) and `TERM=dumb` turn them off.
 * Otherwise colours are on if the stream is a terminal.
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<NodeJS.ProcessEnv>,
): boolean {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
}

/** Returns the function that colours text. */
export function painter(color: boolean): Paint {
  // `validateStream: false`: wantsColor has already decided, so styleText must not check the stream again.
  return color ? (name, text) => styleText(name, text, { validateStream: false }) : (_, text) => text;
}
