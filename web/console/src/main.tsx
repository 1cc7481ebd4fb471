import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import "./i18n";
import "./styles.css";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
