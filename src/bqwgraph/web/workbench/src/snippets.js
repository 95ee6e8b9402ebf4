// The same question in other languages: what a reader can paste into a terminal, a notebook or a script.

/**
 * @param {string} query
 * @param {string} endpoint
 * @param {boolean} graph whether the answer is a graph
 */
export function curl(query, endpoint, graph) {
    const quoted = query.replaceAll("'", "'\\''");
    return `curl '${endpoint}' \\\n  -H 'Accept: ${graph ? "text/turtle" : "text/csv"}' \\\n  --data-urlencode 'query=${quoted}'\n`;
}

/**
 * @param {string} query
 * @param {string} endpoint
 * @param {boolean} graph
 */
export function python(query, endpoint, graph) {
    const plain = !query.includes("\\") && !query.includes('"""');
    const text = plain ? `"""\n${query}\n"""` : JSON.stringify(query);
    const accept = graph ? "text/turtle" : "application/sparql-results+json";
    const use = graph
        ? "print(answer.text)"
        : 'for row in answer.json()["results"]["bindings"]:\n    print({name: value["value"] for name, value in row.items()})';
    return `import requests  # pip install requests

query = ${text}
answer = requests.post("${endpoint}", data={"query": query}, headers={"Accept": "${accept}"}, timeout=60)
answer.raise_for_status()
${use}
`;
}

/**
 * @param {string} query
 * @param {string} endpoint
 * @param {boolean} graph
 */
export function r(query, endpoint, graph) {
    let dashes = "-";
    while (query.includes(`)${dashes}"`)) dashes += "-";
    const use = graph ? "cat(resp_body_string(answer))" : "rows <- read.csv(text = resp_body_string(answer), encoding = \"UTF-8\")\nprint(rows)";
    return `library(httr2)  # install.packages("httr2"); R 4.0 or newer

query <- r"${dashes}(
${query}
)${dashes}"
answer <- request("${endpoint}") |>
  req_headers(Accept = "${graph ? "text/turtle" : "text/csv"}") |>
  req_body_form(query = query) |>
  req_perform()
${use}
`;
}

/**
 * @param {string} query
 * @param {string} endpoint
 * @param {boolean} graph
 */
export function javascript(query, endpoint, graph) {
    const plain = !/[`\\]|\$\{/.test(query);
    const text = plain ? `\`\n${query}\n\`` : JSON.stringify(query);
    const accept = graph ? "text/turtle" : "application/sparql-results+json";
    const use = graph
        ? "console.log(await answer.text());"
        : "const { results } = await answer.json();\nconsole.table(\n  results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([name, { value }]) => [name, value]))),\n);";
    return `const query = ${text};
const answer = await fetch("${endpoint}", {
  method: "POST",
  headers: { Accept: "${accept}" },
  body: new URLSearchParams({ query }),
});
if (!answer.ok) throw new Error(await answer.text());
${use}
`;
}

export const SNIPPETS = { curl, Python: python, R: r, JavaScript: javascript };
