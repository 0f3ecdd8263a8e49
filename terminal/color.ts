/** Colours on a terminal: whether to use them, and the function that applies them. */
import { styleText } from "node:util";

export type Color = "red" | "green" | "yellow" | "cyan" | "gray";
export type Paint = (color: Color, text: string) => string;

/**
 * Whether to write colours. `FORCE_COLOR` decides where it is set (`0` and `false` mean no); then `NO_COLOR`
 * (https://no-color.org: any value but an empty one) and `TERM=dumb` mean no; otherwise a terminal means yes.
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<NodeJS.ProcessEnv>,
): boolean {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
}

/** `wantsColor` has decided already, so styleText must not decide again by the stream. */
export function painter(color: boolean): Paint {
  return color ? (name, text) => styleText(name, text, { validateStream: false }) : (_, text) => text;
}
