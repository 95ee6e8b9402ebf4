// Prefixed names, after the same rules as bqwgraph.graph.namespaces.

const LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;

/** @typedef {Record<string, string>} Prefixes the namespace of each prefix */

/**
 * The prefixed name of an IRI, or the IRI itself where no prefix fits.
 * @param {string} iri
 * @param {Prefixes} prefixes
 */
export function shorten(iri, prefixes) {
    let best = "", length = 0;
    for (const [prefix, namespace] of Object.entries(prefixes)) {
        if (namespace.length > length && iri.startsWith(namespace) && LOCAL.test(iri.slice(namespace.length))) {
            [best, length] = [`${prefix}:${iri.slice(namespace.length)}`, namespace.length];
        }
    }
    return best || iri;
}

/**
 * How an IRI is written in a query: as a prefixed name, or in angle brackets.
 * @param {string} iri
 * @param {Prefixes} prefixes
 */
export function written(iri, prefixes) {
    const short = shorten(iri, prefixes);
    return short === iri ? `<${iri}>` : short;
}
