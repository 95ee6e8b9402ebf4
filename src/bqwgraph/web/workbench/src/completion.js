// What can stand where the reader types: terms, things by their names, keywords, variables.

import { pickedCompletion } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { shorten, written } from "./names.js";
import { declaration, expected, takesNames, variables, wordAtEnd } from "./syntax.js";

/** @typedef {import("@codemirror/autocomplete").Completion} Completion */
/** @typedef {import("@codemirror/autocomplete").CompletionContext} CompletionContext */
/** @typedef {import("./asking.js").Vocable} Vocable */
/** @typedef {import("./asking.js").Found} Found */

const KEYWORDS = (
    "ASK BASE CONSTRUCT DESCRIBE PREFIX SELECT DISTINCT REDUCED FROM NAMED WHERE OPTIONAL UNION MINUS GRAPH FILTER BIND VALUES UNDEF EXISTS NOT " +
    "GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET AS IN COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI " +
    "IF COALESCE STRLEN SUBSTR UCASE LCASE STRSTARTS STRENDS CONTAINS STRBEFORE STRAFTER CONCAT REPLACE REGEX ABS ROUND CEIL FLOOR YEAR " +
    "ISIRI ISBLANK ISLITERAL ISNUMERIC SAMETERM STRLANG STRDT true false"
).split(" ");
const MOST = 30;

/**
 * How well a term fits what was typed; 0: not at all.
 * @param {string} short its prefixed name
 * @param {{zh: string, en: string}} names
 * @param {string} typed in small letters
 */
export function fit(short, { zh, en }, typed) {
    const name = short.toLowerCase(), local = name.slice(name.indexOf(":") + 1);
    if (name === typed || local === typed) return 100;
    if (name.startsWith(typed) || local.startsWith(typed)) return 90;
    const labels = [zh.toLowerCase(), en.toLowerCase()];
    if (labels.some((label) => label.startsWith(typed))) return 70;
    if (name.includes(typed)) return 50;
    return labels.some((label) => label.includes(typed)) ? 40 : 0;
}

/** @param {string} word whether it is long enough to look things up by */
export function searchable(word) {
    return /\p{Script=Han}/u.test(word) || (/^\d+$/.test(word) ? word.length >= 4 : word.length >= 3);
}

/**
 * @param {import("./page.js").Page} page
 * @param {import("./asking.js").Endpoint} endpoint
 */
export function completions(page, endpoint) {
    const { prefixes, lang } = page;

    /**
     * @param {{zh: string, en: string}} names
     * @returns {string} both, the page's language first
     */
    const both = ({ zh, en }) => (lang === "en" ? [en, zh] : [zh, en]).filter(Boolean).join(" · ");

    /**
     * @param {string} iri
     * @param {string} type
     * @param {{zh: string, en: string}} names
     * @param {number} boost
     */
    const named = (iri, type, names, boost) => ({ label: written(iri, prefixes), type, detail: both(names), apply: insert(prefixes), boost });

    /** @param {CompletionContext} context */
    return async (context) => {
        const { state, pos } = context;
        if (!takesNames(syntaxTree(state).resolveInner(pos, -1))) return variablesAt(context);
        const before = state.sliceDoc(Math.max(0, pos - 2000), pos);
        const word = wordAtEnd(before);
        if (!word) return variablesAt(context);
        const from = pos - word.whole.length;
        if (/\b(?:LIMIT|OFFSET)\s+$/i.test(before.slice(0, -word.whole.length))) return null;
        if (/\bPREFIX\s+$/i.test(before.slice(0, -word.whole.length))) return { from, options: namespaces(prefixes), filter: true };
        const typed = word.whole.toLowerCase(), kind = expected(before.slice(0, -word.whole.length));
        if (KEYWORDS.some((keyword) => keyword.toLowerCase() === typed)) return null;

        /** @type {Completion[]} */
        const options = [];
        const abort = new AbortController();
        context.addEventListener("abort", () => abort.abort(), { onDocChange: true });
        const vocabulary = await endpoint.vocabulary().catch(() => /** @type {Vocable[]} */ ([]));
        for (const { iri, kind: is, uses, ...names } of vocabulary) {
            const short = shorten(iri, prefixes), score = fit(short, names, typed);
            if (score > 0 && short !== iri) options.push(named(iri, is, names, score + (is === kind ? 15 : 0) + Math.log10(uses + 1)));
        }
        const namespace = word.prefix === undefined ? page.base : Object.hasOwn(prefixes, word.prefix) ? prefixes[word.prefix] : "";
        if (kind === "any" && namespace.startsWith(page.base) && namespace !== prefixes.bqw && (word.prefix !== undefined || searchable(word.local))) {
            const found = await endpoint.individuals(word.local, namespace, abort.signal).catch(() => /** @type {Found[]} */ ([]));
            options.push(...found.map(({ iri, score, ...names }) => named(iri, "constant", names, 95 * score)));
        }
        if (word.prefix === undefined && typed.length > 1) {
            const fitting = KEYWORDS.filter((keyword) => keyword.toLowerCase().startsWith(typed));
            options.push(...fitting.map((label) => ({ label, type: "keyword", boost: 85 })));
        }
        options.sort((one, two) => (two.boost ?? 0) - (one.boost ?? 0));
        return options.length > 0 ? { from, options: options.slice(0, MOST), filter: false } : null;
    };
}

/** @param {CompletionContext} context */
function variablesAt(context) {
    const word = context.matchBefore(/[?$]\w*/);
    if (!word) return null;
    const own = context.state.sliceDoc(word.from, context.pos);
    const options = variables(context.state.doc.toString()).filter((name) => name !== own);
    return { from: word.from, options: options.map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
}

/** @param {import("./names.js").Prefixes} prefixes */
function namespaces(prefixes) {
    return Object.entries(prefixes).map(([prefix, namespace]) => ({
        label: `${prefix}:`,
        detail: namespace,
        type: "namespace",
        apply: `${prefix}: <${namespace}>\n`,
    }));
}

/**
 * Puts a name in and declares its prefix, as one step of the history.
 * @param {import("./names.js").Prefixes} prefixes
 */
function insert(prefixes) {
    /** @type {(view: import("@codemirror/view").EditorView, completion: Completion, from: number, to: number) => void} */
    return (view, completion, from, to) => {
        const name = completion.label;
        const added = name.startsWith("<") ? null : declaration(view.state.doc.toString(), [name.split(":", 1)[0]], prefixes);
        const before = added !== null && added.from <= from;
        view.dispatch({
            changes: [{ from, to, insert: name }, ...(added ? [added] : [])],
            selection: { anchor: from + name.length + (before ? added.insert.length : 0) },
            annotations: pickedCompletion.of(completion),
            userEvent: "input.complete",
            scrollIntoView: true,
        });
    };
}
