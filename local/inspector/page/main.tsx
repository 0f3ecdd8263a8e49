/** The inspector's page. */
import { render } from "preact";
import { start } from "./state";
import { App } from "./view/app";

const root = document.getElementById("app");
if (root !== null) {
  render(<App />, root);
  start();
}
