import assert from "node:assert/strict";
import { test } from "node:test";
import { nameColumns, numberColumns, ofResults, ofTriples, point } from "../src/answer.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";

/** @param {string} value @param {string} [type] */
const literal = (value, type) => ({ type: /** @type {const} */ ("literal"), value, datatype: type && XSD + type });

test("N-Triples are read with escapes, languages, datatypes and blank nodes", () => {
    const text = '<http://a> <http://p> "say \\"\\u9E64\\"\\n"@zh-Hans .\n_:b1 <http://p> _:b2 .\n<http://a> <http://p> "1"^^<http://t> .\n# no\n';
    assert.deepEqual(ofTriples(text).rows, [
        {
            subject: { type: "uri", value: "http://a" },
            predicate: { type: "uri", value: "http://p" },
            object: { type: "literal", value: 'say "鹤"\n', "xml:lang": "zh-Hans", datatype: undefined },
        },
        { subject: { type: "bnode", value: "b1" }, predicate: { type: "uri", value: "http://p" }, object: { type: "bnode", value: "b2" } },
        {
            subject: { type: "uri", value: "http://a" },
            predicate: { type: "uri", value: "http://p" },
            object: { type: "literal", value: "1", "xml:lang": undefined, datatype: "http://t" },
        },
    ]);
});

test("a boolean is told from a table", () => {
    assert.equal(ofResults({ boolean: false }).truth, false);
    assert.deepEqual(ofResults({ head: { vars: ["a"] }, results: { bindings: [] } }), { head: ["a"], rows: [], graph: false, truth: null });
});

test("points are WKT literals, longitude first", () => {
    const wkt = { type: /** @type {const} */ ("literal"), value: "POINT(113.07 22.62)", datatype: "http://www.opengis.net/ont/geosparql#wktLiteral" };
    assert.deepEqual(point(wkt), { longitude: 113.07, latitude: 22.62 });
    assert.equal(point({ ...wkt, value: "LINESTRING(1 2, 3 4)" }), null);
    assert.equal(point({ ...wkt, datatype: undefined }), null);
});

test("a chart needs quantities and names; numbers that order rows are none", () => {
    const rows = [{ order: literal("1", "integer"), county_zh: literal("鹤山市"), county_en: literal("Heshan"), villages: literal("10", "integer") }];
    const answer = { head: ["order", "county_zh", "county_en", "villages"], rows, graph: false, truth: null };
    assert.deepEqual(numberColumns(answer), ["villages"]);
    assert.deepEqual(nameColumns(answer, "en"), ["county_en", "county_zh"]);
});
