/** Writes the README's table of every option, from the schema that validates them. `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { insertOptions, optionsTable } from "./options";

const README = "README.md";
writeFileSync(README, insertOptions(readFileSync(README, "utf8"), optionsTable()));
