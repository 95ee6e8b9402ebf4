// The answer as a table, so many rows at a time, things by their names.

import { isNumber } from "./answer.js";
import { el } from "./dom.js";
import { shorten } from "./names.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./answer.js").Term} Term */
/** @typedef {import("./asking.js").Names} Names */

const AT_A_TIME = 100;

/**
 * @param {Answer} answer
 * @param {import("./page.js").Page} page
 * @param {import("./asking.js").Endpoint} endpoint
 */
export function table(answer, page, endpoint) {
    const whole = el("div");
    const pages = Math.max(1, Math.ceil(answer.rows.length / AT_A_TIME));

    /**
     * @param {number} number from 0
     * @param {boolean} focus whether the reader asked for it
     */
    const turn = (number, focus) => {
        const rows = answer.rows.slice(number * AT_A_TIME, (number + 1) * AT_A_TIME);
        const iris = new Set(rows.flatMap((row) => Object.values(row)).flatMap((term) => (term?.type === "uri" ? [term.value] : [])));
        const mixed = new Set(answer.head.filter((name) => new Set(rows.flatMap((row) => row[name]?.["xml:lang"] ?? [])).size > 1));
        const body = el("tbody");
        const fill = (/** @type {Map<string, Names>} */ names) =>
            body.replaceChildren(...rows.map((row) => el("tr", {}, ...answer.head.map((name) => cell(row[name], names, mixed.has(name), page)))));
        fill(new Map());
        if (iris.size > 0) endpoint.names(iris).then(fill, () => undefined); // without names the prefixed names stay
        const numeric = new Set(answer.head.filter((name) => rows.every((row) => !row[name] || isNumber(row[name])) && rows.some((row) => row[name])));
        const heads = answer.head.map((name) => el("th", { scope: "col", class: numeric.has(name) ? "number" : undefined }, name));
        const scroll = el(
            "div",
            { class: "scroll", tabindex: 0, role: "region", "aria-label": page.say("table") },
            el("table", { class: "answer" }, el("thead", {}, el("tr", {}, ...heads)), body),
        );
        const parts = pages > 1 ? [turner(number, rows.length), scroll] : [scroll];
        whole.replaceChildren(...parts);
        if (focus) scroll.focus();
    };

    /** @type {(number: number, rows: number) => HTMLElement} */
    const turner = (number, rows) =>
        el(
            "p",
            { class: "turner" },
            el("button", { type: "button", disabled: number === 0, onclick: () => turn(number - 1, true) }, page.say("earlier")),
            el(
                "span",
                {},
                page.say("window", {
                    first: page.count(number * AT_A_TIME + 1),
                    last: page.count(number * AT_A_TIME + rows),
                    count: page.count(answer.rows.length),
                }),
            ),
            el("button", { type: "button", disabled: number === pages - 1, onclick: () => turn(number + 1, true) }, page.say("later")),
        );

    turn(0, false);
    return whole;
}

/**
 * @param {Term | undefined} term
 * @param {Map<string, Names>} names
 * @param {boolean} mixed whether its column is in several languages, so that each is named
 * @param {import("./page.js").Page} page
 */
function cell(term, names, mixed, page) {
    if (!term) return el("td");
    if (term.type === "uri") return el("td", {}, ...thing(term.value, names, page));
    if (term.type === "bnode") return el("td", {}, el("code", {}, `_:${term.value}`));
    const lang = term["xml:lang"];
    if (isNumber(term)) return el("td", { class: "number" }, term.value);
    return el("td", { lang }, term.value, ...(lang && mixed ? [" ", el("small", { lang: "en" }, lang)] : []));
}

/**
 * A thing by its name in the page's language, with its prefixed name behind it; linked where it leads anywhere.
 * @param {string} iri
 * @param {Map<string, Names>} names
 * @param {import("./page.js").Page} page
 */
function thing(iri, names, page) {
    const short = shorten(iri, page.prefixes), known = names.get(iri);
    const lang = page.lang === "en" ? (known?.en ? "en" : "zh-Hans") : known?.zh ? "zh-Hans" : "en";
    const name = known && (lang === "en" ? known.en : known.zh);
    const href = page.href(iri), text = name ?? short;
    const attributes = name ? { lang } : {};
    const shown = href ? el("a", { href, title: iri, ...attributes }, text) : el("span", { title: iri, ...attributes }, text);
    return name ? [shown, " ", el("code", { class: "quiet" }, short)] : [shown];
}

/**
 * The name of a thing in the page's language, else in the other, else its prefixed name.
 * @param {string} iri
 * @param {Names | undefined} names
 * @param {import("./page.js").Page} page
 */
export function nameOf(iri, names, page) {
    const order = page.lang === "en" ? [names?.en, names?.zh] : [names?.zh, names?.en];
    return order.find(Boolean) ?? shorten(iri, page.prefixes);
}
