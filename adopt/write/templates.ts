/** The files beside gateway.yaml: templates that are long, and copies of issuers' keys. */
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

  /** Returns the path of a file with the keys of an issuer. */
  json(host: string, keys: unknown): string {
    return this.path(`keys/${host.replaceAll(":", "-")}`, ".json", `${JSON.stringify(keys, null, 2)}\n`);
  }

  /** Returns the text of a file. Throws as the file system does. */
  readonly read = (path: string): string => {
    const text = this.files.get(path);
    if (text === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
    return text;
  };

  private add(names: readonly string[], text: string): string {
    const base = names.map((name) => name.replace(/[^A-Za-z0-9_-]+/g, "") || "x").join(".");
    return this.path(`${this.folder}/${base}`, ".vtl", text);
  }

  private path(base: string, extension: string, text: string): string {
    for (let count = 1; ; count++) {
      const path = `${base}${count === 1 ? "" : `-${count}`}${extension}`;
      const other = this.files.get(path);
      if (other !== undefined && other !== text) continue;
      this.files.set(path, text);
      return path;
    }
  }
}
