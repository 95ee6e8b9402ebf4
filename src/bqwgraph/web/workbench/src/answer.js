// An answer as a table, whatever it came as; and what its columns are good for.

/** @typedef {{type: "uri" | "literal" | "bnode", value: string, datatype?: string, "xml:lang"?: string}} Term */
/** @typedef {Record<string, Term | undefined>} Row */
/** @typedef {{head: string[], rows: Row[], graph: boolean, truth: boolean | null}} Answer */

const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger"].map((name) => XSD + name));

/**
 * Read SPARQL 1.1 Query Results JSON.
 * @param {any} content
 * @returns {Answer}
 */
export function ofResults(content) {
    if (typeof content.boolean === "boolean") return { head: [], rows: [], graph: false, truth: content.boolean };
    return { head: content.head.vars, rows: content.results.bindings, graph: false, truth: null };
}

const IRI = String.raw`<([^>]*)>`, BLANK = String.raw`(_:\S+)`;
const STATEMENT = new RegExp(
    String.raw`^\s*(?:${IRI}|${BLANK})\s*${IRI}\s*(?:${IRI}|${BLANK}|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^${IRI})?)\s*\.\s*$`,
);
/** @type {Record<string, string>} */
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };

/** @param {string} text */
const unescaped = (text) =>
    text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, one) =>
        one === undefined ? String.fromCodePoint(parseInt(four ?? eight, 16)) : (ESCAPES[one] ?? one),
    );

/**
 * Read N-Triples as a table of statements.
 * @param {string} text
 * @returns {Answer}
 */
export function ofTriples(text) {
    /** @type {Row[]} */
    const rows = [];
    for (const line of text.split("\n")) {
        const found = STATEMENT.exec(line);
        if (!found) continue;
        const [, subject, blank, predicate, iri, other, literal, lang, datatype] = found;
        /** @type {(iri: string | undefined, blank: string) => Term} */
        const node = (iri, blank) => (iri === undefined ? { type: "bnode", value: blank.slice(2) } : { type: "uri", value: unescaped(iri) });
        /** @type {Term} */
        const object = literal === undefined ? node(iri, other) : { type: "literal", value: unescaped(literal), "xml:lang": lang, datatype };
        rows.push({ subject: node(subject, blank), predicate: node(predicate, ""), object });
    }
    return { head: ["subject", "predicate", "object"], rows, graph: true, truth: null };
}

/**
 * @param {Term | undefined} term
 * @returns {{longitude: number, latitude: number} | null} the point that a WKT literal is (GeoSPARQL; WGS 84)
 */
export function point(term) {
    if (term?.datatype !== WKT) return null;
    const found = /^\s*(?:<[^>]*>\s*)?POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)\s*$/i.exec(term.value);
    return found ? { longitude: Number(found[1]), latitude: Number(found[2]) } : null;
}

/** @param {Term | undefined} term */
export const isNumber = (term) => term?.type === "literal" && term.datatype !== undefined && NUMBERS.has(term.datatype);

/**
 * The columns that hold quantities and nothing else: numbers, but not those that only number the rows or say when or where.
 * @param {Answer} answer
 */
export function numberColumns({ head, rows }) {
    const numeric = head.filter((name) => {
        const values = rows.map((row) => row[name]).filter((term) => term !== undefined);
        return values.length > 0 && values.every(isNumber);
    });
    return numeric.filter((name) => !/(^|_)(order|batch|year|start|end|longitude|latitude)$/.test(name));
}

/**
 * The columns by which bars can be named: those of names first, then the others that hold no numbers.
 * @param {Answer} answer
 * @param {string} lang
 */
export function nameColumns(answer, lang) {
    const others = answer.head.filter((name) => answer.rows.some((row) => row[name] && !isNumber(row[name])));
    const tag = lang === "en" ? "_en" : "_zh";
    const rank = (/** @type {string} */ name) => (name.endsWith(tag) ? 0 : 1);
    return others.sort((one, two) => rank(one) - rank(two));
}
