/** The text of `--help`. */
import { OPTIONS, type OptionDescription } from "./options";

const WIDTH = 110;
const COLUMN = 28;

export function helpText(script: "run local" | "start" = "run local"): string {
  const lines = Object.entries<OptionDescription>(OPTIONS).flatMap(([name, option]) => {
    const short = option.short ? `-${option.short}, ` : "    ";
    const left = `  ${short}--${name}${option.value ? ` <${option.value}>` : ""}`;
    const [first = "", ...rest] = wrap(option.help, WIDTH - COLUMN);
    const more = rest.map((line) => " ".repeat(COLUMN) + line);
    return left.length < COLUMN ? [left.padEnd(COLUMN) + first, ...more] : [left, " ".repeat(COLUMN) + first, ...more];
  });
  return `Serves a synthesized WebSocket API on this machine, without AWS${script === "start" ? ", with the example backend" : ""}.

Usage: npm ${script} -- [options]

${lines.join("\n")}

Development only: connections and what was deployed are gone when it stops, and SigV4 is looked at, not verified.
`;
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
