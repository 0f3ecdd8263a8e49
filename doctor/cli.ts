/** Runs the command `npm run doctor -- wss://…` in this process. */
import { runProcess } from "../terminal/shell";
import { main } from "./command";
import { EXIT } from "./options";

void runProcess(main, { unwritten: EXIT.failed });
