// The editor's looks, from the custom properties of the site (which a shadow tree inherits), so that light and dark follow.

import { EditorView } from "@codemirror/view";

export const THEME = EditorView.theme({
    "&": { color: "var(--ink)", backgroundColor: "var(--sheet)", fontSize: "0.9rem" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", maxHeight: "min(34rem, 70vh)", overflow: "auto" },
    ".cm-content, .cm-gutter": { minHeight: "20rem" },
    ".cm-content": { padding: "0.6rem 0", caretColor: "var(--ink)" },
    ".cm-line": { padding: "0 0.75rem 0 0.4rem" },
    ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
    ".cm-gutters": { color: "var(--quiet)", backgroundColor: "var(--code)", borderRight: "1px solid var(--line)" },
    ".cm-gutter-lint": { width: "1.1rem" },
    ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--mark) 28%, transparent)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
        background: "color-mix(in srgb, var(--accent) 24%, transparent)",
    },
    "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", outline: "1px solid var(--rule)" },
    "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--accent)" },

    ".tok-keyword, .tok-bool": { color: "var(--concluded)", fontWeight: "600" },
    ".tok-variableName": { color: "var(--computed)" },
    ".tok-propertyName": { color: "var(--accent)" },
    ".tok-namespace, .tok-url": { color: "var(--quiet)" },
    ".tok-typeName": { color: "var(--layout)" },
    ".tok-string, .tok-string2": { color: "var(--outside)" },
    ".tok-number": { color: "var(--layout)" },
    ".tok-comment": { color: "var(--quiet)", fontStyle: "normal" },

    // The library's own marks are pictures in data: URLs, which the page's policy does not let in.
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--accent) 2px", textUnderlineOffset: "3px" },
    ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline dotted var(--layout) 2px", textUnderlineOffset: "3px" },
    ".cm-lintRange-active": { backgroundColor: "var(--accent-soft)" },
    ".cm-lint-marker": { width: "1.1rem", textAlign: "center", fontWeight: "700", lineHeight: "1.6" },
    ".cm-lint-marker-error": { content: "normal", color: "var(--accent)" },
    ".cm-lint-marker-error::before": { content: '"✕"' },
    ".cm-lint-marker-warning": { content: "normal", color: "var(--layout)" },
    ".cm-lint-marker-warning::before": { content: '"!"' },
    ".cm-diagnostic": { padding: "0.3rem 0.6rem", fontFamily: "var(--sans)" },
    ".cm-diagnostic-error": { borderLeft: "4px solid var(--accent)" },
    ".cm-diagnostic-warning": { borderLeft: "4px solid var(--layout)" },

    ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--sheet)", border: "1px solid var(--rule)", borderRadius: "var(--radius)", boxShadow: "0 4px 14px rgb(0 0 0 / 18%)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.85rem", maxWidth: "min(44rem, 92vw)", maxHeight: "17rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.6rem", lineHeight: "1.5", display: "flex", gap: "1rem", justifyContent: "space-between" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--paper)", background: "var(--accent)" },
    ".cm-completionDetail": { fontFamily: "var(--sans)", fontStyle: "normal", color: "var(--quiet)", overflow: "hidden", textOverflow: "ellipsis", marginLeft: "0" },
    "li[aria-selected] .cm-completionDetail": { color: "inherit" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
});
