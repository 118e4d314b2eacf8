// Builds style, icons and islands into the package; names carry a content hash, so they may be cached for ever.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;
const require = createRequire(import.meta.url);

/** One SVG sprite of the Lucide icons that icons.json names. */
function sprite() {
  return {
    name: "cordillera-sprite",
    generateBundle() {
      const icons = join(dirname(require.resolve("lucide-static/package.json")), "icons");
      const symbols = JSON.parse(readFileSync(join(here, "icons.json"), "utf8")).map((name) => {
        const svg = readFileSync(join(icons, `${name}.svg`), "utf8");
        const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
        return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s+/g, " ").trim()}</symbol>`;
      });
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
      const favicon = readFileSync(join(here, "favicon.svg"), "utf8");
      this.emitFile({ type: "asset", name: "favicon.svg", originalFileName: "favicon.svg", source: favicon });
    },
  };
}

export default defineConfig({
  root: here,
  base: "/static/",
  publicDir: false,
  plugins: [sprite()],
  build: {
    outDir: resolve(here, "../src/cordillera/web/static"),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    cssTarget: ["chrome125", "firefox128", "safari18"],
    rollupOptions: {
      input: { style: join(here, "css/index.css"), shell: join(here, "src/shell.ts"), timeline: join(here, "src/timeline.ts"), queue: join(here, "src/queue.ts"), rules: join(here, "src/rules.ts"), board: join(here, "src/board.ts") },
    },
  },
});
