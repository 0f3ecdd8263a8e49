/** `npm run smoke -- wss://… [options]`: the process around the command. */
import { runProcess } from "../terminal/shell";
import { smokeCommand } from "./command/command";
import { EXIT } from "./command/exit-codes";

void runProcess(smokeCommand, { unwritten: EXIT.internal });
