/** Runs the command `npm run local` in this process. `--help` lists its options. */
import { runProcess } from "../terminal/shell";
import { localCommand } from "./session/command";

void runProcess(localCommand, { unwritten: 1, stopWhenUnread: true });
