// Writes ../static/workbench.js and, since what it is made of must be named with it, ../static/workbench.licences.txt.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "workbench.js");

const built = await build({
    absWorkingDir: here,
    entryPoints: ["src/main.js"],
    outfile: out,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: "/* Licences of the parts: workbench.licences.txt */" },
    metafile: true,
});

const parts = new Set(
    Object.keys(built.metafile.inputs)
        .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
        .filter((name) => name !== undefined),
);
const texts = [...parts].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} comes without a licence text`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
writeFileSync(join(here, "..", "static", "workbench.licences.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
