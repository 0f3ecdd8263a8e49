/** Writes the tables of the action's inputs and outputs into the manual, from action.yml. Usage: npm run docs:action */
import { readFileSync, writeFileSync } from "node:fs";
import { actionTables } from "./action-tables";
import { withTable } from "./markers";

const PAGE = "docs/action.md";
const { inputs, outputs } = actionTables(readFileSync("action/action.yml", "utf8"));
const page = withTable(readFileSync(PAGE, "utf8"), "action-inputs", inputs);
writeFileSync(PAGE, withTable(page, "action-outputs", outputs));
