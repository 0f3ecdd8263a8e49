/** Decides which templates are files of their own, and names the files. */
import type { Json } from "../../aws/canonical-json";
import type { Tree } from "./tree";

/** Longer templates, and those with several lines, are files. */
const INLINE = 60;

export class TemplateFiles {
  /** Text by path, relative to gateway.yaml. */
  readonly files = new Map<string, string>();

  constructor(private readonly folder: string) {}

  /** Returns the templates for gateway.yaml: each a text, or a map with its file. */
  of(routeKey: string, part: string, templates: Readonly<Record<string, string>>): Tree {
    return Object.fromEntries(
      Object.entries(templates).map(([key, text]): [string, Json] => {
        // Files are read with one kind of line ends, and without a byte order mark.
        const isPlain = !/\r\n|^\uFEFF/.test(text);
        if (!isPlain || (text.length <= INLINE && !text.includes("\n"))) return [key, text];
        return [key, { file: this.add([routeKey, part, key], text) }];
      }),
    );
  }

  private add(names: readonly string[], text: string): string {
    const base = names.map((name) => name.replace(/[^A-Za-z0-9_-]+/g, "") || "x").join(".");
    for (let count = 1; ; count++) {
      const path = `${this.folder}/${base}${count === 1 ? "" : `-${count}`}.vtl`;
      const other = this.files.get(path);
      if (other !== undefined && other !== text) continue;
      this.files.set(path, text);
      return path;
    }
  }
}
