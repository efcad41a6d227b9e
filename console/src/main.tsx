import "@cloudscape-design/global-styles/index.css";
import { createRoot } from "react-dom/client";
import { taken } from "./session/fragment";
import { Console } from "./shell/Console";
import { applyTheme } from "./shell/theme";

const fragment = taken(); // before anything else can see or keep the address
applyTheme();
const app = document.getElementById("app");
if (app) createRoot(app).render(<Console code={fragment.code} />);
