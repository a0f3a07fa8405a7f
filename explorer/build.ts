// Builds the explorer into a folder that holds all it needs: `node explorer/build.ts FOLDER`.
// Names of files carry a hash of their content, so that browsers may keep them; the workers' are known to src/editor.ts.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { type BuildOptions, type Metafile, build } from "esbuild";

const HERE = import.meta.dirname;
const SOURCE = join(HERE, "src");
/** Where `local/explorer.py` serves the folder. */
const ADDRESS = "/explorer/";

const WORKERS = {
  "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
  "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
};

/** GraphiQL asks for these by names that lead to CommonJS, in which it does not find what it looks for. */
const OLD_NAMES = {
  "prettier/parser-babel": "prettier/plugins/babel",
  "prettier/parser-graphql": "prettier/plugins/graphql",
};

const SHARED: BuildOptions = {
  absWorkingDir: HERE,
  bundle: true,
  format: "esm",
  minify: true,
  logLevel: "warning",
  legalComments: "linked",
  target: ["chrome120", "firefox121", "safari17"],
};

async function page(folder: string): Promise<Metafile> {
  const built = await build({
    ...SHARED,
    metafile: true,
    entryPoints: ["main.ts", "look.css", "logo.svg"].map((name) => join(SOURCE, name)),
    outdir: folder,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    splitting: true,
    jsx: "automatic",
    alias: OLD_NAMES,
    loader: { ".graphql": "text", ".svg": "copy", ".ttf": "file", ".woff2": "file" },
    plugins: [
      {
        name: "one style sheet", // look.css has the editor's styles; those its modules bring along would come twice
        setup: ({ onLoad }) => onLoad({ filter: /monaco-editor[\\/]esm.*\.css$/ }, () => ({ contents: "" })),
      },
    ],
  });
  return built.metafile;
}

async function workers(folder: string): Promise<void> {
  await build({ ...SHARED, entryPoints: WORKERS, outdir: folder, format: "iife" });
}

/** index.html, with `{{main.js}}` and the like become the addresses of what was built. */
async function html(folder: string, { outputs }: Metafile): Promise<void> {
  const template = await readFile(join(SOURCE, "index.html"), "utf8");
  const names = Object.keys(outputs).map((path) => basename(path));
  const text = template.replaceAll(/\{\{(\w+)\.(\w+)\}\}/g, (_, name: string, kind: string) => {
    const found = names.find((one) => one.startsWith(`${name}-`) && one.endsWith(`.${kind}`));
    if (found === undefined) throw new Error(`nothing was built for ${name}.${kind}`);
    return ADDRESS + found;
  });
  await writeFile(join(folder, "index.html"), text);
}

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node explorer/build.ts FOLDER");
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const [built] = await Promise.all([page(folder), workers(folder)]);
await html(folder, built);
