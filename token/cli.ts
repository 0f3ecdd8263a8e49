/** Runs the command `npm run token -- --sub bob` in this process. */
import { runProcess } from "../terminal/shell";
import { tokenCommand } from "./command";

void runProcess(tokenCommand, { unwritten: 1 });
