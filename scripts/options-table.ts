/** Writes the README's table of options from the schema that validates the configuration. Usage: npm run docs */
import { readFileSync, writeFileSync } from "node:fs";
import { insertOptions, optionsTable } from "./options";

const README = "README.md";
writeFileSync(README, insertOptions(readFileSync(README, "utf8"), optionsTable()));
