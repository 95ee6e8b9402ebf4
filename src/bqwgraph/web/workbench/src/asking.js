// Questions to our own endpoint: the reader's, and those that the page asks on the way.

import { ofResults, ofTriples } from "./answer.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {{zh: string, en: string}} Names */
/** @typedef {{iri: string, kind: "class" | "property", uses: number} & Names} Vocable */
/** @typedef {{iri: string, score: number} & Names} Found `score`: how well it fits, from 0 to 1 */

const PROLOGUE = `PREFIX bqw: <https://w3id.org/bqwgraph/ontology#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX level: <https://w3id.org/bqwgraph/vocab/level/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
`;
const TABLE = "application/sparql-results+json";
const TRIPLES = "application/n-triples";
/** What is no individual to ask about: terms, which are known, and the service's own parts. */
const NO_INDIVIDUAL = "/(ontology#|shapes/|excerpt/|mention/|selector/|graph/|queries/)";
/** How long the search may take, in milliseconds, before names are looked up without it. */
const PATIENCE = 1500;
const MOST_FOUND = 20;
const NAMES = `OPTIONAL { ?r rdfs:label ?zh . FILTER(LANG(?zh) = "zh-Hans") }
    OPTIONAL { ?r rdfs:label ?en . FILTER(LANG(?en) = "en") }`;

/** The service has refused; `told` is its problem document (RFC 9457). */
export class Refused extends Error {
    /** @param {{status: number, detail: string, line?: number, column?: number, limit?: string}} told */
    constructor(told) {
        super(told.detail);
        this.told = told;
    }
}

export class Endpoint {
    /**
     * @param {string} path where SPARQL is answered
     * @param {string} search where names are looked up, if something answers there
     */
    constructor(path, search) {
        this._path = path;
        this._search = search;
        /** @type {Map<string, Promise<Record<string, string>[]>>} */
        this._known = new Map();
    }

    /**
     * Ask for what the query gives, a table or a graph. Throws Refused, and what fetch throws.
     * @param {string} query
     * @param {AbortSignal} [signal]
     * @returns {Promise<{answer: Answer, snapshot: string}>}
     */
    async ask(query, signal) {
        const response = await this._post(query, `${TABLE}, ${TRIPLES}`, signal);
        const graph = response.headers.get("content-type")?.startsWith(TRIPLES);
        const answer = graph ? ofTriples(await response.text()) : ofResults(await response.json());
        return { answer, snapshot: response.headers.get("bqwgraph-snapshot") ?? "" };
    }

    /**
     * @param {string} query
     * @param {string} accept
     */
    async text(query, accept) {
        return (await this._post(query, accept)).text();
    }

    /**
     * @param {string} query
     * @param {string} accept
     * @param {AbortSignal} [signal]
     */
    async _post(query, accept, signal) {
        const response = await fetch(this._path, {
            method: "POST",
            headers: { "Content-Type": "application/sparql-query", Accept: accept },
            body: query,
            signal,
        });
        if (!response.ok) {
            const told = response.headers.get("content-type")?.includes("json") ? await response.json() : {};
            throw new Refused({ status: response.status, detail: response.statusText, ...told });
        }
        return response;
    }

    /**
     * The rows of a question of the page's own, each value as text; asked once.
     * @param {string} query
     * @param {AbortSignal} [signal]
     */
    _rows(query, signal) {
        const known = this._known.get(query);
        if (known) return known;
        const rows = this.ask(PROLOGUE + query, signal).then(({ answer }) =>
            answer.rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term?.value ?? ""]))),
        );
        this._known.set(query, rows);
        rows.catch(() => this._known.delete(query));
        return rows;
    }

    /**
     * The names of resources, by IRI.
     * @param {Iterable<string>} iris
     * @returns {Promise<Map<string, Names>>}
     */
    async names(iris) {
        const values = listed(iris);
        if (values === "") return new Map();
        const rows = await this._rows(`SELECT ?r ?zh ?en { VALUES ?r { ${values} } ${NAMES} }`);
        return new Map(rows.filter(({ zh, en }) => zh || en).map(({ r, zh = "", en = "" }) => [r, { zh, en }]));
    }

    /**
     * Every class and property that is described, with how often it is used.
     * @returns {Promise<Vocable[]>}
     */
    async vocabulary() {
        const rows = await this._rows(`SELECT ?r ?kind (MAX(?n) AS ?uses) (SAMPLE(?l) AS ?zh) (SAMPLE(?m) AS ?en) {
    VALUES (?type ?kind) { (owl:Class "class") (rdfs:Class "class") (owl:ObjectProperty "property") (owl:DatatypeProperty "property")
        (owl:AnnotationProperty "property") (rdf:Property "property") }
    ?r a ?type .
    OPTIONAL { { SELECT ?r (COUNT(*) AS ?n) { { ?s ?r ?o } UNION { ?s a ?r } } GROUP BY ?r } }
    OPTIONAL { ?r rdfs:label ?l . FILTER(LANG(?l) = "zh-Hans") }
    OPTIONAL { ?r rdfs:label ?m . FILTER(LANG(?m) = "en") }
    FILTER(ISIRI(?r))
} GROUP BY ?r ?kind`);
        return rows.map(({ r, kind, uses, zh = "", en = "" }) => ({
            iri: r,
            kind: kind === "class" ? "class" : "property",
            uses: Number(uses || 0),
            zh,
            en,
        }));
    }

    /**
     * The individuals that a text may name, the best first: by the search of the service, and where it does not answer, by SPARQL.
     * @param {string} text
     * @param {string} namespace what their IRIs begin with
     * @param {AbortSignal} signal
     * @returns {Promise<Found[]>}
     */
    async individuals(text, namespace, signal) {
        const found = await this._searched(text, signal);
        const things = found ?? (await this._named(text, namespace, signal));
        return things.filter(({ iri }) => iri.startsWith(namespace) && !new RegExp(NO_INDIVIDUAL).test(iri)).slice(0, MOST_FOUND);
    }

    /**
     * What the search finds; null: it does not answer, or not now.
     * @param {string} text
     * @param {AbortSignal} signal
     * @returns {Promise<Found[] | null>}
     */
    async _searched(text, signal) {
        if (this._search === "") return null;
        const asked = new URLSearchParams({ q: text, format: "json", limit: "100" });
        try {
            const response = await fetch(`${this._search}?${asked}`, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
            if (response.ok && response.headers.get("content-type")?.includes("json")) {
                /** @type {{results: {iri: string, score: number, label: Record<string, string>}[]}} */
                const { results } = await response.json();
                return results.map(({ iri, score, label }) => ({ iri, score, zh: label["zh-Hans"], en: label.en }));
            }
            if (response.ok || response.status === 404) this._search = ""; // there is none, or something else
        } catch (error) {
            if (signal.aborted || !(error instanceof Error)) throw error;
        }
        return null;
    }

    /**
     * The individuals whose label, other name, pinyin (without tones) or code has this text.
     * @param {string} text
     * @param {string} namespace
     * @param {AbortSignal} signal
     * @returns {Promise<Found[]>}
     */
    async _named(text, namespace, signal) {
        const needle = JSON.stringify(text.toLowerCase());
        const tones = ["āáǎà:a", "ēéěè:e", "īíǐì:i", "ōóǒò:o", "ūúǔù:u", "ǖǘǚǜü:v", " ’':"].reduce((inner, pair) => {
            const [from, to] = pair.split(":");
            return `REPLACE(${inner}, "[${from}]", "${to}")`;
        }, "LCASE(STR(?name))");
        const rows = await this._rows(
            `SELECT ?r ?closeness ?zh ?en {
    { SELECT ?r (MIN(?far) AS ?closeness) {
        { VALUES ?p { rdfs:label skos:altLabel skos:hiddenLabel skos:notation bqw:officialName bqw:nbsCode2023 bqw:mcaCode2026 }
          ?r ?p ?name . BIND(LCASE(STR(?name)) AS ?folded) }
        UNION { ?r bqw:pinyin ?name . BIND(${tones} AS ?folded) }
        FILTER(${/^\d+$/.test(text) ? "STRSTARTS" : "CONTAINS"}(?folded, ${needle}) && STRSTARTS(STR(?r), ${JSON.stringify(namespace)})
            && !REGEX(STR(?r), ${JSON.stringify(NO_INDIVIDUAL)}))
        BIND(STRLEN(?folded) - STRLEN(${needle}) + IF(STRSTARTS(?folded, ${needle}), 0, 20) AS ?far)
    } GROUP BY ?r ORDER BY ?closeness STRLEN(STR(?r)) ?r LIMIT ${MOST_FOUND} }
    ${NAMES}
} ORDER BY ?closeness STRLEN(STR(?r)) ?r`,
            signal,
        );
        return rows.map(({ r, closeness, zh = "", en = "" }) => ({ iri: r, score: Math.max(0, 1 - Number(closeness) / 100), zh, en }));
    }

    /**
     * The points of places; a village has none and stands at its town's.
     * @param {Iterable<string>} iris
     */
    async points(iris) {
        return this._rows(`SELECT ?r ?at ?wkt ?zh ?en ?at_zh ?at_en {
    VALUES ?r { ${listed(iris)} }
    { ?r geo:hasGeometry/geo:asWKT ?wkt . BIND(?r AS ?at) }
    UNION { ?r bqw:directlyWithin ?at . ?at bqw:level level:town ; geo:hasGeometry/geo:asWKT ?wkt .
        FILTER NOT EXISTS { ?r geo:hasGeometry ?own } }
    ${NAMES}
    OPTIONAL { ?at rdfs:label ?at_zh . FILTER(LANG(?at_zh) = "zh-Hans") }
    OPTIONAL { ?at rdfs:label ?at_en . FILTER(LANG(?at_en) = "en") }
}`);
    }

    /** The points of all towns, as the ground of a map. */
    async ground() {
        return this._rows("SELECT ?wkt { ?r bqw:level level:town ; geo:hasGeometry/geo:asWKT ?wkt }");
    }
}

/** @param {Iterable<string>} iris */
function listed(iris) {
    return [...new Set(iris)].filter((iri) => !/[<>"{}|^`\\\s]/.test(iri)).map((iri) => `<${iri}>`).join(" ");
}
