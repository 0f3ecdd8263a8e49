/** Runs the command `npm run adopt -- API [options]` in this process. `--help` lists its options. */
import { runProcess } from "../terminal/shell";
import { adoptCommand } from "./command";
import { EXIT } from "./options";

void runProcess(adoptCommand, { unwritten: EXIT.failed });
