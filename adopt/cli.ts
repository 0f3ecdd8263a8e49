/** Runs the command `npm run adopt -- API [options]` in this process. `--help` lists its options. */
import { runProcess } from "../terminal/shell";
import { main } from "./command";
import { EXIT } from "./options";

void runProcess(main, { unwritten: EXIT.failed });
