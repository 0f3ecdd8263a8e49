/** Writes the manual's table of options from the schema that validates the configuration. Usage: npm run docs */
import { readFileSync, writeFileSync } from "node:fs";
import { withTable } from "./markers";
import { optionsTable } from "./options";

const PAGE = "docs/configuration.md";
writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), "options", optionsTable()));
