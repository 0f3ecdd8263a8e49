/** Runs the command `npm run doctor -- wss://…` in this process. */
import { runProcess } from "../terminal/shell";
import { doctorCommand } from "./command";
import { EXIT } from "./options";

void runProcess(doctorCommand, { unwritten: EXIT.failed });
