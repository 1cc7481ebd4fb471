import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    target: "es2022",
    lib: {
      entry: "src/main.ts",
      formats: ["iife"],
      name: "ParleyWidget",
      fileName: () => "widget.js",
    },
    sourcemap: false,
    reportCompressedSize: false,
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
