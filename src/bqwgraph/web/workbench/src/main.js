// The query workbench: takes over the plain form of /sparql, which works without it.

import { Endpoint, Refused } from "./asking.js";
import { el } from "./dom.js";
import { Editor } from "./editor.js";
import { Page } from "./page.js";
import { result } from "./result.js";
import { ownLimit } from "./syntax.js";

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
function need(selector, type) {
    const found = document.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
    return found;
}

const page = new Page(JSON.parse(need("#workbench-data", HTMLScriptElement).textContent ?? ""));
const endpoint = new Endpoint(page.path, page.search);
const form = need("#workbench", HTMLFormElement), area = need("#query", HTMLTextAreaElement);
const button = need("#run", HTMLButtonElement), output = need("#result", HTMLElement), status = need("#status", HTMLElement);
const examples = need("#examples", HTMLDetailsElement);

const host = el("div", { class: "editor" });
const editor = new Editor(host, area.value, page, endpoint, () => void run(true));
area.hidden = true;
area.after(host);
need("label[for=query]", HTMLLabelElement).addEventListener("click", () => editor.view.focus());
for (const other of form.querySelectorAll("button[name=format]:not(#run)")) other.remove(); // the downloads stand beside the result
document.documentElement.classList.add("scripted");

/** @type {AbortController | null} */
let running = null;

/**
 * Ask what stands in the editor, and show what comes.
 * @param {boolean} remember whether the address shall name it from now on
 */
async function run(remember) {
    running?.abort();
    const abort = (running = new AbortController());
    editor.complete();
    const query = editor.text;
    if (remember) {
        const address = `${page.path}?${new URLSearchParams({ query, lang: page.lang })}${location.hash}`;
        if (new URL(address, location.href).href !== location.href) history.pushState(null, "", address);
    }
    button.textContent = page.say("stop");
    output.setAttribute("aria-busy", "true");
    status.textContent = page.say("running");
    const begun = performance.now();
    try {
        const came = await endpoint.ask(query, abort.signal);
        const milliseconds = Math.round(performance.now() - begun);
        editor.mark(null);
        show(result({ ...came, query, milliseconds, limit: ownLimit(query) }, page, endpoint, (view) => history.replaceState(null, "", `#${view}`), location.hash.slice(1)));
        const { truth } = came.answer;
        status.textContent = truth === null ? page.size(came.answer) : page.say(truth ? "yes" : "no");
    } catch (error) {
        if (running !== abort) return; // another run took its place
        status.textContent = "";
        if (error instanceof Refused) refused(error.told);
        else if (abort.signal.aborted) show([el("p", { class: "notice" }, page.say("stopped"))]);
        else if (error instanceof TypeError) show([el("p", { class: "error", role: "alert" }, page.say("unreachable"))]);
        else throw error;
    } finally {
        if (running === abort) {
            running = null;
            button.textContent = page.say("run");
            output.removeAttribute("aria-busy");
        }
    }
}

/** @param {Node[]} parts */
function show(parts) {
    output.replaceChildren(el("h2", { class: "hidden" }, page.say("result")), ...parts);
}

/**
 * Say why there is no answer: on its line where it has one, else in words.
 * @param {Refused["told"]} told
 */
function refused(told) {
    const detail = el("span", { lang: "en" }, told.detail);
    if (told.line !== undefined && told.column !== undefined) {
        editor.mark({ line: told.line, column: told.column, message: told.detail });
        const visit = el("button", { type: "button", onclick: () => editor.visit() }, page.say("visit", { line: told.line, column: told.column }));
        show([el("div", { class: "error", role: "alert" }, el("p", {}, el("strong", {}, page.say("syntax")), " ", detail), visit)]);
        return;
    }
    editor.mark(null);
    const named = ["timeout", "memory", "result-size", "queue"].includes(told.limit ?? "") ? `limit_${told.limit?.replace("-", "_")}` : told.status === 403 ? "forbidden" : "failed";
    show([el("div", { class: "error", role: "alert" }, el("p", {}, el("strong", {}, page.say(named))), el("p", {}, detail))]);
}

/** @param {string} text */
function load(text) {
    editor.replace(text);
    void run(true);
}

form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) running.abort();
    else void run(true);
});

examples.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of examples.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    const response = await fetch(link.href, { headers: { Accept: "application/sparql-query" } });
    if (response.ok) load(await response.text());
    form.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
});

const wide = matchMedia("(min-width: 56rem)");
if (!wide.matches) examples.open = false;
const find = el("input", { type: "search", "aria-label": page.say("filter"), placeholder: page.say("filter"), oninput: narrow });
examples.querySelector("summary")?.after(el("p", { class: "filter" }, find));

function narrow() {
    const wanted = find.value.trim().toLowerCase();
    for (const group of examples.querySelectorAll("details")) {
        let any = false;
        for (const item of group.querySelectorAll("li")) {
            item.hidden = !(item.textContent ?? "").toLowerCase().includes(wanted);
            any ||= !item.hidden;
        }
        group.hidden = !any;
        if (wanted !== "") group.open = any;
    }
}

addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query !== null && query !== editor.text) editor.replace(query);
    if (query !== null) void run(false);
});

if (new URLSearchParams(location.search).has("query")) void run(false);
