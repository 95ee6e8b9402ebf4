import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, searchable } from "../src/completion.js";
import { shorten, written } from "../src/names.js";
import { curl, javascript, python, r } from "../src/snippets.js";

const PREFIXES = { vocab: "https://w3id.org/bqwgraph/vocab/", level: "https://w3id.org/bqwgraph/vocab/level/" };

test("the longest namespace that leaves a local name shortens", () => {
    assert.equal(shorten("https://w3id.org/bqwgraph/vocab/level/town", PREFIXES), "level:town");
    assert.equal(shorten("https://w3id.org/bqwgraph/vocab/level", PREFIXES), "vocab:level");
    assert.equal(written("https://w3id.org/bqwgraph/vocab/level/a/b", PREFIXES), "<https://w3id.org/bqwgraph/vocab/level/a/b>");
});

test("a term that begins so fits better than one whose label does, and that better than one that has it within", () => {
    const names = { zh: "政策文件", en: "Policy document" };
    const fits = ["policy", "bqw:pol", "政策", "lic", "document", "nothing"].map((typed) => fit("bqw:Policy", names, typed));
    assert.deepEqual(fits, [100, 90, 70, 50, 40, 0]);
});

test("things are looked up by one Chinese character, three letters or four digits", () => {
    assert.deepEqual(["鹤", "He", "Hes", "440", "4407"].map(searchable), [true, false, true, false, true]);
});

test("a query with every quote stays one string in each language", () => {
    const query = "SELECT * { ?s ?p \"it's\", '''a''', \"\"\"b\"\"\" } # `${x}` \\n )-\"";
    assert.ok(curl(query, "http://e", false).includes("it'\\''s"));
    assert.ok(python(query, "http://e", false).includes(JSON.stringify(query)));
    assert.ok(javascript(query, "http://e", false).includes(JSON.stringify(query)));
    assert.ok(r(query, "http://e", false).includes('r"--('));
});
