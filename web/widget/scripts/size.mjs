// The widget is a guest on other people's pages: the build fails when it grows too heavy.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 30 * 1024; // gzip, all in
const dist = new URL("../dist/", import.meta.url);
const files = readdirSync(dist);
const bytes = gzipSync(readFileSync(new URL("widget.js", dist)), { level: 9 }).length;
console.log(`widget.js: ${(bytes / 1024).toFixed(1)} kB gzip of ${LIMIT_BYTES / 1024} kB`);
if (bytes > LIMIT_BYTES || files.length !== 1) {
  console.error(`The widget must be one file of at most ${LIMIT_BYTES / 1024} kB: ${files}`);
  process.exit(1);
}
