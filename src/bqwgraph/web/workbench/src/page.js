// What the page was given by the server: where it stands, its language, its texts, the prefixes of the house.

/**
 * @typedef {object} Given
 * @property {string} lang
 * @property {string} root the path before all of ours, without a slash at the end
 * @property {string} endpoint the address of the endpoint, for others
 * @property {string} base what our IRIs begin with
 * @property {Record<string, string>} prefixes
 * @property {Record<string, string>} messages
 */

export class Page {
    /** @param {Given} given */
    constructor(given) {
        this.lang = given.lang;
        this.endpoint = given.endpoint;
        this.base = given.base;
        this.prefixes = given.prefixes;
        this.path = `${given.root}/sparql`;
        this.search = `${given.root}/search`;
        this._root = given.root;
        this._messages = given.messages;
    }

    /**
     * A text of the catalogue, in the page's language.
     * @param {string} name as in `messages/sparql.yaml`, without `workbench_`
     * @param {Record<string, string | number>} values
     */
    say(name, values = {}) {
        return this._messages[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
    }

    /**
     * How many rows or statements there are.
     * @param {import("./answer.js").Answer} answer
     */
    size({ rows, graph }) {
        const name = graph ? "statements" : "rows";
        return rows.length === 1 ? this.say(`${name}_one`) : this.say(name, { count: this.count(rows.length) });
    }

    /** @param {number} number */
    count(number) {
        return number.toLocaleString(this.lang === "en" ? "en" : "zh-Hans");
    }

    /**
     * Where an IRI leads: to a page of ours if it is ours, else to the web, or nowhere.
     * @param {string} iri
     */
    href(iri) {
        if (iri.startsWith(this.base)) {
            const [path, fragment] = iri.slice(this.base.length).split("#", 2);
            return `${this._root}/${encodeURI(path)}?lang=${this.lang}${fragment === undefined ? "" : `#${encodeURI(fragment)}`}`;
        }
        return /^https?:\/\//.test(iri) ? iri : undefined;
    }
}
