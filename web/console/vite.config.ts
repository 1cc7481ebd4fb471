import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.PARLEY_URL ?? "http://127.0.0.1:8080";
const served = ["/api", "/chat", "/widget.js", "/demo", "/openapi.json"];

export default defineConfig({
  plugins: [react()],
  server: {
    port: 5173,
    proxy: Object.fromEntries(served.map((path) => [path, { target: server, ws: true }])),
  },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1500 },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
