// What can be read off a query's syntax tree: its prefixes, its variables, where it goes wrong, what is expected at a place.

import { SparqlLanguage } from "codemirror-lang-sparql";

/** @typedef {import("@lezer/common").Tree} Tree */
/** @typedef {import("@lezer/common").SyntaxNode} SyntaxNode */

/**
 * @param {string} text
 * @returns {Tree}
 */
export function parse(text) {
    return SparqlLanguage.parser.parse(text);
}

/**
 * The prefixes that a query declares and those that it uses.
 * @param {string} text
 * @param {Tree} tree
 */
export function prefixes(text, tree = parse(text)) {
    const declared = new Set(), used = new Set();
    tree.iterate({
        enter(node) {
            if (node.name !== "Pname_ns" && node.name !== "Pname_ln") return;
            const prefix = text.slice(node.from, node.to).split(":", 1)[0];
            (node.node.parent?.name === "PrefixDecl" ? declared : used).add(prefix);
        },
    });
    return { declared, used };
}

/**
 * What to insert, and where, so that the query declares these prefixes; null: it does already, or we know none of them.
 * @param {string} text
 * @param {Iterable<string>} wanted
 * @param {import("./names.js").Prefixes} known
 */
export function declaration(text, wanted, known) {
    const tree = parse(text);
    const { declared } = prefixes(text, tree);
    const missing = [...new Set(wanted)].filter((prefix) => Object.hasOwn(known, prefix) && !declared.has(prefix)).sort();
    if (missing.length === 0) return null;
    const lines = missing.map((prefix) => `PREFIX ${prefix}: <${known[prefix]}>\n`).join("");
    let last = -1;
    tree.iterate({
        enter(node) {
            if (node.name === "PrefixDecl" || node.name === "BaseDecl") last = node.to;
        },
    });
    if (last < 0) {
        const from = afterComments(text);
        return { from, insert: lines + (/^\s/.test(text.slice(from)) ? "" : "\n") };
    }
    const end = text.indexOf("\n", last);
    return end < 0 ? { from: text.length, insert: `\n${lines}` } : { from: end + 1, insert: lines };
}

/** @param {string} text where the comments at the beginning of a query end */
function afterComments(text) {
    return /^(?:[ \t]*#[^\n]*\n)*/.exec(text)?.[0].length ?? 0;
}

/**
 * @param {string} text
 * @returns {string[]} its variables, as written
 */
export function variables(text, tree = parse(text)) {
    const found = new Set();
    tree.iterate({
        enter(node) {
            if (node.name === "Var") found.add(text.slice(node.from, node.to));
        },
    });
    return [...found];
}

/**
 * The first place that is not SPARQL, as far as the grammar of the editor knows; null: all is well.
 * @param {Tree} tree
 * @param {number} length
 */
export function fault(tree, length) {
    /** @type {{from: number, to: number}[]} */
    const found = [];
    tree.iterate({
        enter(node) {
            if (found.length === 0 && node.type.isError) {
                const from = Math.min(node.from, Math.max(0, length - 1));
                found.push({ from, to: Math.max(node.to, Math.min(from + 1, length)) });
            }
            return found.length === 0;
        },
    });
    return found[0] ?? null;
}

/**
 * Whether names can be completed at a place: not within a comment, a string, an IRI or a variable (but in whole numbers: codes).
 * @param {SyntaxNode} node the innermost node that ends at or before the place
 */
export function takesNames(node) {
    for (let outer = /** @type {SyntaxNode | null} */ (node); outer; outer = outer.parent) {
        if (["Comment", "String", "IriRef", "Var", "Langtag", "Decimal", "Double"].includes(outer.name)) return false;
    }
    return true;
}

/**
 * The word that ends where the text does: a prefixed name, or any letters and digits of any script.
 * @param {string} before
 */
export function wordAtEnd(before) {
    const found = /(?:^|[^\p{L}\p{N}_:.?$@<"'-])((?:([\p{L}][\p{L}\p{N}_.-]*)?:)?([\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*))?)$/u.exec(before);
    if (!found || found[1] === "") return null;
    const [, whole, prefix, local] = found;
    return { whole, prefix, local: local ?? "", from: before.length - whole.length };
}

/**
 * What a query expects where this text ends, as far as one can tell by what stands before.
 * @param {string} before
 * @returns {"class" | "property" | "any"}
 */
export function expected(before) {
    if (/(?:^|\s)(?:a|rdf:type)\s+$/.test(before)) return "class";
    if (/;\s*$/.test(before) || /(?:^|[{.}]\s*)(?:[?$]\w+|[\p{L}\w-]*:[\w.-]+|<[^>]*>)\s+$/u.test(before)) return "property";
    return "any";
}

/**
 * The LIMIT that a query sets for its own answer, not one of a subquery; null: none.
 * @param {string} text
 */
export function ownLimit(text) {
    /** @type {number | null} */
    let limit = null;
    parse(text).iterate({
        enter(node) {
            if (node.name === "SubSelect") return false;
            if (node.name === "LimitClause") limit = Number(/\d+/.exec(text.slice(node.from, node.to))?.[0] ?? NaN);
            return true;
        },
    });
    return limit;
}
