// The editor: CodeMirror in a shadow tree, where its style sheets are adopted and need no <style> that the page's policy forbids.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, indentUnit, LanguageSupport, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { forceLinting, lintGutter, linter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter, styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";
import { completions } from "./completion.js";
import { declaration, fault, parse, prefixes, takesNames } from "./syntax.js";
import { THEME } from "./theme.js";

/** @typedef {import("@codemirror/lint").Diagnostic} Diagnostic */

/** Characters of a query up to which it is checked while the reader types. */
const LONGEST_CHECKED = 100_000;

// The package tags the nodes around a prefixed name, whose colour would not reach the name itself.
const SPARQL = new LanguageSupport(SparqlLanguage.configure({ props: [styleTags({ Pname_ln: tags.propertyName, Pname_ns: tags.propertyName })] }));

export class Editor {
    /**
     * @param {HTMLElement} host
     * @param {string} text
     * @param {import("./page.js").Page} page
     * @param {import("./asking.js").Endpoint} endpoint
     * @param {() => void} run
     */
    constructor(host, text, page, endpoint, run) {
        this._prefixes = page.prefixes;
        /** @type {{text: string, diagnostic: Diagnostic} | null} */
        this._told = null;
        const root = host.attachShadow({ mode: "open" });
        this.view = new EditorView({
            root,
            parent: root,
            state: EditorState.create({
                doc: text,
                extensions: [
                    Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
                    lineNumbers(),
                    lintGutter(),
                    history(),
                    drawSelection(),
                    EditorState.allowMultipleSelections.of(true),
                    indentUnit.of("    "),
                    bracketMatching(),
                    closeBrackets(),
                    highlightActiveLine(),
                    EditorView.lineWrapping,
                    SPARQL,
                    syntaxHighlighting(classHighlighter),
                    autocompletion({ override: [completions(page, endpoint)], maxRenderedOptions: 30, icons: false }),
                    linter(() => this._faults(page), { delay: 900 }),
                    EditorState.transactionFilter.of((transaction) => this._declaring(transaction)),
                    keymap.of([
                        { key: "Tab", run: acceptCompletion },
                        { key: "Tab", run: indentMore, shift: indentLess },
                        ...closeBracketsKeymap,
                        ...completionKeymap,
                        ...lintKeymap,
                        ...historyKeymap,
                        ...defaultKeymap,
                    ]),
                    EditorView.contentAttributes.of({ "aria-label": page.say("editor"), "aria-description": page.say("keys"), lang: "en" }),
                    EditorView.domEventHandlers({ beforeinput: replacesSelection }),
                    EditorState.phrases.of(phrases(page)),
                    THEME,
                ],
            }),
        });
    }

    get text() {
        return this.view.state.doc.toString();
    }

    /** @param {string} text takes the place of what is there; undo brings that back */
    replace(text) {
        this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, selection: { anchor: 0 }, scrollIntoView: true });
    }

    /** Declare what is used of the house's prefixes and not declared. */
    complete() {
        const text = this.text, added = declaration(text, prefixes(text).used, this._prefixes);
        if (added) this.view.dispatch({ changes: added });
    }

    /**
     * Mark the place that the service complains of; null: it does not.
     * @param {{line: number, column: number, message: string} | null} told lines and columns from 1, columns in characters
     */
    mark(told) {
        this._told = null;
        if (told) {
            const { doc } = this.view.state;
            const line = doc.line(Math.min(told.line, doc.lines));
            const before = [...line.text].slice(0, told.column - 1).join("").length;
            const from = Math.min(line.from + before, line.to);
            const word = /^[^\s{}()[\];,]*/.exec(doc.sliceString(from, line.to))?.[0].length || 1;
            const to = Math.min(from + word, doc.length);
            /** @type {Diagnostic} */
            const diagnostic = { from: to > from ? from : Math.max(0, to - 1), to, severity: "error", message: told.message };
            this._told = { text: this.text, diagnostic };
        }
        this.view.dispatch(setDiagnostics(this.view.state, this._told ? [this._told.diagnostic] : []));
        forceLinting(this.view);
    }

    /** Go to the place that was marked. */
    visit() {
        this.view.focus();
        if (this._told) this.view.dispatch({ selection: { anchor: this._told.diagnostic.from }, scrollIntoView: true });
    }

    /**
     * What the service complained of, as long as the text is the same, else what the editor's own grammar does not know.
     * @param {import("./page.js").Page} page
     * @returns {Diagnostic[]}
     */
    _faults(page) {
        const text = this.text;
        if (this._told?.text === text) return [this._told.diagnostic];
        if (text.trim() === "" || text.length > LONGEST_CHECKED) return [];
        const place = fault(parse(text), text.length); // not the editor's own tree, which may still be growing
        return place ? [{ ...place, severity: "warning", message: page.say("unexpected") }] : [];
    }

    /**
     * Adds the declaration of a prefix of the house when the colon after it is typed.
     * @param {import("@codemirror/state").Transaction} transaction
     */
    _declaring(transaction) {
        if (!transaction.isUserEvent("input.type") || !transaction.docChanged) return transaction;
        const before = transaction.newDoc.sliceString(0, transaction.newSelection.main.head);
        const found = /(?:^|[^\p{L}\p{N}_?$:.-])(\p{L}[\p{L}\p{N}_.-]*):$/u.exec(before);
        if (!found || /\b(?:PREFIX\s+\S*|BASE\s*<\S*)$/i.test(before)) return transaction;
        if (!takesNames(syntaxTree(transaction.startState).resolveInner(transaction.startState.selection.main.head, -1))) return transaction;
        const added = declaration(transaction.newDoc.toString(), [found[1]], this._prefixes);
        return added ? [transaction, { changes: added, sequential: true }] : transaction;
    }
}

/**
 * Typing over a selection, which Chromium does with a style attribute (the page's policy forbids that, and the console says so)
 * before the library sets the text right. The same is done here without the browser.
 * @param {InputEvent} event
 * @param {EditorView} view
 */
function replacesSelection(event, view) {
    const { data } = event, { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || data === null || empty || view.composing || view.state.selection.ranges.length > 1) return false;
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, data, insert))) view.dispatch(insert());
    return true;
}

/** @param {import("./page.js").Page} page */
function phrases(page) {
    return { Completions: page.say("completions"), Diagnostics: page.say("diagnostics"), "No diagnostics": page.say("no_diagnostics"), close: page.say("close") };
}
