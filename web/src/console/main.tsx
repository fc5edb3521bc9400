// The operator's console: a single page that talks to /operator/v1 and keeps no rule of its own.
// Here it is mounted into the shell the server answers under /console.
import { render } from "preact";
import "./style.css";
import { App } from "./app";
import { startRouter } from "./router";

startRouter();
const root = document.getElementById("console");
if (root) render(<App />, root);
