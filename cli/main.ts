/** Runs the command `websocket-gateway` in this process. */
import { runProcess } from "../terminal/shell";
import { dispatch, processOptions } from "./dispatch";

void runProcess(dispatch, processOptions(process.argv.slice(2)));
