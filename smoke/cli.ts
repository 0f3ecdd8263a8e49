/** Runs the command `npm run smoke -- wss://… [options]` in this process. */
import { runProcess } from "../terminal/shell";
import { smokeCommand } from "./command/command";
import { EXIT } from "./command/exit-codes";

void runProcess(smokeCommand, { unwritten: EXIT.internal });
