/** Writes gateway.schema.json from the schema that validates the configuration. Usage: npm run schema */
import { writeFileSync } from "node:fs";
import { jsonSchema } from "../config/schema/json-schema";

writeFileSync("gateway.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`);
