import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { declaration, expected, fault, ownLimit, parse, prefixes, takesNames, variables, wordAtEnd } from "../src/syntax.js";

const KNOWN = { bqw: "https://w3id.org/bqwgraph/ontology#", place: "https://w3id.org/bqwgraph/place/" };
const QUERIES = new URL("../../../../../queries/", import.meta.url);

/** @param {string} text @param {Iterable<string>} wanted */
function declaring(text, wanted) {
    const added = declaration(text, wanted, KNOWN);
    return added && text.slice(0, added.from) + added.insert + text.slice(added.from);
}

test("every saved query is SPARQL to the editor's grammar, and declares what it uses", () => {
    const names = readdirSync(QUERIES).filter((name) => name.endsWith(".rq"));
    assert.ok(names.length > 50);
    for (const name of names) {
        const text = readFileSync(new URL(name, QUERIES), "utf8"), tree = parse(text), { declared, used } = prefixes(text, tree);
        assert.equal(fault(tree, text.length), null, name);
        assert.deepEqual([...used].filter((prefix) => !declared.has(prefix)), [], name);
    }
});

test("a prefix is declared after the others, after comments, or at the beginning", () => {
    assert.equal(
        declaring("# q\nPREFIX bqw: <x>\nSELECT * { ?s a place:1 }", ["place"]),
        "# q\nPREFIX bqw: <x>\nPREFIX place: <https://w3id.org/bqwgraph/place/>\nSELECT * { ?s a place:1 }",
    );
    assert.equal(declaring("# q\nASK { bqw:a ?p ?o }", ["bqw"]), "# q\nPREFIX bqw: <https://w3id.org/bqwgraph/ontology#>\n\nASK { bqw:a ?p ?o }");
    assert.equal(declaring("PREFIX bqw: <x>", ["place"]), "PREFIX bqw: <x>\nPREFIX place: <https://w3id.org/bqwgraph/place/>\n");
});

test("no prefix is declared twice, and none that the house does not have", () => {
    assert.equal(declaration("PREFIX bqw: <x> ASK { }", ["bqw"], KNOWN), null);
    assert.equal(declaration("ASK { }", ["toString", "nobody"], KNOWN), null);
});

test("prefixes in strings, comments and IRIs are not used", () => {
    assert.deepEqual([...prefixes('# bqw:a\nASK { <bqw:b> ?p "bqw:c" }').used], []);
});

test("the place that is not SPARQL is found", () => {
    const text = "SELECT * { ?s ?p }";
    assert.deepEqual(fault(parse(text), text.length), { from: 17, to: 18 });
});

test("names are completed in patterns, not in strings, comments, IRIs and variables", () => {
    /** @type {[string, boolean][]} */
    const cases = [["SELECT * { ?s a Pol", true], ['SELECT * { ?s ?p "Pol', false], ["# Pol", false], ["SELECT * { <http://Pol", false], ["SELECT * { ?Pol", false]];
    for (const [text, takes] of cases) {
        const open = text.includes('"') ? `${text}" }` : text.includes("<") ? `${text}> }` : text;
        assert.equal(takesNames(parse(open).resolveInner(text.length, -1)), takes, text);
    }
});

test("a word is a prefixed name or letters of any script", () => {
    assert.deepEqual(wordAtEnd("?s a bqw:Pol"), { whole: "bqw:Pol", prefix: "bqw", local: "Pol", from: 5 });
    assert.deepEqual(wordAtEnd("?s bqw:within 鹤山"), { whole: "鹤山", prefix: undefined, local: "鹤山", from: 14 });
    assert.deepEqual(wordAtEnd("{place:"), { whole: "place:", prefix: "place", local: "", from: 1 });
    for (const none of ["?s", "$s", "<http", "@en", '"a', "?s a "]) assert.equal(wordAtEnd(none), null, none);
});

test("what is expected follows from what stands before", () => {
    assert.equal(expected("{ ?s a "), "class");
    assert.equal(expected("{ ?s "), "property");
    assert.equal(expected("{ ?s a bqw:Policy ; "), "property");
    assert.equal(expected("{ ?s bqw:within "), "any");
    assert.equal(expected("VALUES ?p { "), "any");
});

test("a query's own LIMIT is not that of a subquery", () => {
    assert.equal(ownLimit("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 3 } } LIMIT 20"), 20);
    assert.equal(ownLimit("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 3 } }"), null);
});

test("variables are named once, without those in strings", () => {
    assert.deepEqual(variables('SELECT ?a { ?a ?p "?no" . ?a ?q $b }'), ["?a", "?p", "?q", "$b"]);
});
