// What came back: a table, a map, a chart and the raw text as tabs, and what one can take away.

import { chart, charts } from "./chart.js";
import { el } from "./dom.js";
import { map, maps } from "./map.js";
import { SNIPPETS } from "./snippets.js";
import { table } from "./table.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {{query: string, answer: Answer, snapshot: string, milliseconds: number, limit: number | null}} Came */

const RAW = 200_000;
const TABLE_FORMATS = { CSV: "csv", TSV: "tsv", JSON: "json", XML: "xml" };
const GRAPH_FORMATS = { Turtle: "ttl", "N-Triples": "nt", "JSON-LD": "jsonld", "RDF/XML": "rdf" };

/**
 * @param {Came} came
 * @param {import("./page.js").Page} page
 * @param {import("./asking.js").Endpoint} endpoint
 * @param {(name: string) => void} chosen told which view the reader chose
 * @param {string} view the view to begin with
 * @returns {Node[]}
 */
export function result(came, page, endpoint, chosen, view) {
    const { answer } = came;
    const rows = answer.rows.length;
    const told = el("p", { class: "told" }, page.size(answer), " · ", page.say("took", { ms: page.count(came.milliseconds) }));
    if (answer.truth !== null) {
        return [el("p", { class: "truth" }, page.say(answer.truth ? "yes" : "no")), away(came, page)];
    }
    const notices = came.limit !== null && rows >= came.limit ? [el("p", { class: "notice" }, page.say("own_limit", { limit: page.count(came.limit) }))] : [];
    if (rows === 0) return [told, el("p", { class: "notice" }, page.say("none")), away(came, page)];
    /** @type {[string, () => Node | Promise<Node>][]} */
    const views = [["table", () => table(answer, page, endpoint)]];
    if (maps(answer, page.base)) views.push(["map", () => map(answer, page, endpoint)]);
    if (charts(answer)) views.push(["chart", () => chart(answer, page, endpoint)]);
    views.push(["raw", () => raw(came, page, endpoint)]);
    return [told, ...notices, ...tabs(views, page, chosen, view), away(came, page)];
}

/**
 * Tabs after the ARIA pattern: arrow keys, Home and End move; what a tab shows is made when it is first chosen.
 * @param {[string, () => Node | Promise<Node>][]} views
 * @param {import("./page.js").Page} page
 * @param {(name: string) => void} chosen
 * @param {string} view
 */
function tabs(views, page, chosen, view) {
    const buttons = views.map(([name]) =>
        el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => choose(name, true), onkeydown: move }, page.say(`tab_${name}`)),
    );
    const panels = views.map(([name]) => el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, hidden: true }));

    /**
     * @param {string} name
     * @param {boolean} byReader
     */
    function choose(name, byReader) {
        views.forEach(([other, make], index) => {
            const selected = other === name, panel = panels[index];
            buttons[index].setAttribute("aria-selected", String(selected));
            buttons[index].tabIndex = selected ? 0 : -1;
            panel.hidden = !selected;
            if (selected && panel.childNodes.length === 0) {
                panel.append(el("p", { class: "quiet" }, page.say("loading")));
                Promise.resolve(make()).then(
                    (made) => panel.replaceChildren(made),
                    () => panel.replaceChildren(el("p", { class: "error" }, page.say("failed"))),
                );
            }
        });
        if (byReader) chosen(name);
    }

    /** @param {KeyboardEvent} event */
    function move(event) {
        const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.currentTarget));
        /** @type {Record<string, number>} */
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 };
        if (!(event.key in to)) return;
        event.preventDefault();
        const next = (to[event.key] + buttons.length) % buttons.length;
        choose(views[next][0], true);
        buttons[next].focus();
    }

    choose(views.some(([name]) => name === view) ? view : "table", false);
    return [el("div", { role: "tablist", class: "tabs", "aria-label": page.say("views") }, ...buttons), ...panels];
}

/**
 * @param {Came} came
 * @param {import("./page.js").Page} page
 * @param {import("./asking.js").Endpoint} endpoint
 */
async function raw({ query, answer }, page, endpoint) {
    const text = await endpoint.text(query, answer.graph ? "text/turtle" : "application/sparql-results+json");
    const shown = answer.graph || text.length > RAW ? text : JSON.stringify(JSON.parse(text), null, 2);
    const cut = shown.length > RAW ? [el("p", { class: "notice" }, page.say("raw_cut"))] : [];
    return el("div", {}, ...cut, el("pre", { tabindex: 0, class: "raw", role: "region", "aria-label": page.say("tab_raw") }, el("code", { lang: "en" }, shown.slice(0, RAW))));
}

/**
 * Downloads, the permanent link, and the same question in other languages.
 * @param {Came} came
 * @param {import("./page.js").Page} page
 */
function away({ query, answer, snapshot }, page) {
    const address = (/** @type {Record<string, string>} */ more) => `${page.path}?${new URLSearchParams({ query, ...more })}`;
    const formats = answer.graph ? GRAPH_FORMATS : answer.truth === null ? TABLE_FORMATS : { JSON: "json", XML: "xml" };
    const downloads = Object.entries(formats).map(([name, format]) =>
        el("a", { class: "button", href: address({ format }), download: `bqwgraph.${format}` }, name),
    );
    const link = address({ lang: page.lang });
    const permanent = new URL(link, location.href).href;
    const digest = el("code", { title: snapshot }, snapshot.slice(0, 12));
    return el(
        "div",
        { class: "away" },
        el("section", { "aria-label": page.say("download") }, el("h3", {}, page.say("download")), el("p", { class: "buttons" }, ...downloads)),
        el(
            "section",
            { "aria-label": page.say("permalink") },
            el("h3", {}, page.say("permalink")),
            el("p", { class: "buttons" }, el("a", { class: "button", href: link, id: "permalink" }, page.say("permalink_open")), copier(() => permanent, page, "permalink_copy")),
            el("p", { class: "quiet" }, page.say("snapshot"), " ", digest),
        ),
        el("section", { "aria-label": page.say("copy_as") }, el("h3", {}, page.say("copy_as")), copies(query, answer.graph, page)),
    );
}

/**
 * @param {string} query
 * @param {boolean} graph
 * @param {import("./page.js").Page} page
 */
function copies(query, graph, page) {
    return el(
        "div",
        { class: "copies" },
        ...Object.entries(SNIPPETS).map(([name, snippet]) => {
            const text = snippet(query, page.endpoint, graph);
            return el(
                "details",
                { name: "copy-as" },
                el("summary", {}, name),
                copier(() => text, page, "copy"),
                el("pre", { tabindex: 0, role: "region", "aria-label": name }, el("code", { lang: "en" }, text)),
            );
        }),
    );
}

/**
 * A button that copies a text and says so.
 * @param {() => string} text
 * @param {import("./page.js").Page} page
 * @param {string} label
 */
function copier(text, page, label) {
    const said = el("span", { role: "status", class: "quiet" });
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(text());
            said.textContent = page.say("copied");
        } catch {
            said.textContent = page.say("not_copied"); // refused by the browser, or no secure context
        }
        setTimeout(() => (said.textContent = ""), 3000);
    };
    return el("span", { class: "copier" }, el("button", { type: "button", onclick: copy }, page.say(label)), " ", said);
}
