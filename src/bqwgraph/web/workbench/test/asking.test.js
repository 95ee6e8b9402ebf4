import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Endpoint } from "../src/asking.js";

const BASE = "https://w3id.org/bqwgraph/", PLACE = `${BASE}place/`, HESHAN = `${PLACE}nbs2023-440784`;
const NEVER = new AbortController().signal;

/** @param {string[]} iris */
const found = (iris) => {
    const results = iris.map((iri, rank) => ({ iri, score: 0.9 - rank / 10, label: { "zh-Hans": "鹤山市", en: "Heshan City" } }));
    return Response.json({ results });
};
/** @param {string[]} iris */
const table = (iris) => {
    const bindings = iris.map((iri) => ({ r: { type: "uri", value: iri }, closeness: { type: "literal", value: "1" } }));
    return Response.json({ head: { vars: ["r", "closeness"] }, results: { bindings } });
};

/**
 * Stands in for the network: `/search` answers as told, `/sparql` always with one place; gives the paths that were asked.
 * @param {() => Promise<Response> | Response} search
 */
function network(search) {
    /** @type {string[]} */
    const asked = [];
    mock.method(globalThis, "fetch", async (/** @type {string} */ address) => {
        asked.push(decodeURIComponent(address));
        return address.startsWith("/search") ? search() : table([HESHAN]);
    });
    return asked;
}

/** @param {Endpoint} endpoint */
const iris = async (endpoint, text = "鹤山", namespace = PLACE) => (await endpoint.individuals(text, namespace, NEVER)).map(({ iri }) => iri);

test("individuals are what the search of the service finds, and SPARQL is not asked", async () => {
    const asked = network(() => found([HESHAN]));
    const things = await new Endpoint("/sparql", "/search").individuals("鹤山巿", PLACE, NEVER);
    assert.deepEqual(things, [{ iri: HESHAN, score: 0.9, zh: "鹤山市", en: "Heshan City" }]);
    assert.deepEqual(asked, ["/search?q=鹤山巿&format=json&limit=100"]);
});

test("only individuals of the namespace that was typed are taken", async () => {
    network(() => found([`${BASE}ontology#Place`, `${BASE}excerpt/1-2`, `${BASE}queries/actions`, `${BASE}partnership/3-4`, HESHAN]));
    assert.deepEqual(await iris(new Endpoint("/sparql", "/search")), [HESHAN]);
    assert.deepEqual(await iris(new Endpoint("/sparql", "/search"), "鹤山", BASE), [`${BASE}partnership/3-4`, HESHAN]);
});

test("where there is no search, SPARQL finds individuals, and the search is not asked again", async () => {
    for (const answer of [() => new Response("lost", { status: 404 }), () => new Response("<html>")]) {
        const asked = network(answer), endpoint = new Endpoint("/sparql", "/search");
        assert.deepEqual(await iris(endpoint), [HESHAN]);
        assert.deepEqual(await iris(endpoint, "开平"), [HESHAN]);
        assert.deepEqual(asked, ["/search?q=鹤山&format=json&limit=100", "/sparql", "/sparql"]);
    }
});

test("a search that does not answer now is asked again the next time", async () => {
    const busy = () => Response.json({ limit: "building" }, { status: 503 });
    for (const answer of [busy, () => Promise.reject(new TypeError("no network"))]) {
        const asked = network(answer), endpoint = new Endpoint("/sparql", "/search");
        assert.deepEqual(await iris(endpoint), [HESHAN]);
        assert.deepEqual(await iris(endpoint, "开平"), [HESHAN]);
        assert.deepEqual(asked.map((path) => path.split("?", 1)[0]), ["/search", "/sparql", "/search", "/sparql"]);
    }
});

test("nothing more is asked when the reader has typed on", async () => {
    const gone = AbortSignal.abort(), asked = network(() => Promise.reject(gone.reason));
    await assert.rejects(new Endpoint("/sparql", "/search").individuals("鹤山", PLACE, gone));
    assert.equal(asked.length, 1);
});
