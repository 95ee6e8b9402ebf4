// Suggests while somebody types into the search field: an ARIA combobox with a listbox (WAI-ARIA 1.2). Without it the form works.
"use strict";
{
    const form = document.querySelector("form.find"), input = form.elements.q;
    const lang = document.documentElement.lang, other = lang === "en" ? "zh-Hans" : "en";
    let waiting, request, active = -1;

    const make = (kind, text, traits = {}) => {
        const element = document.createElement(kind);
        element.textContent = text;
        for (const name in traits) element.setAttribute(name, traits[name]);
        return element;
    };
    const list = make("ul", "", { id: "suggestions", role: "listbox", "aria-label": form.dataset.suggestions, hidden: "" });
    const status = make("span", "", { class: "hidden", role: "status" });
    form.append(list, status);
    const say = (name, value) => input.setAttribute(name, value);
    say("role", "combobox");
    say("aria-autocomplete", "list");
    say("aria-controls", list.id);

    const select = (at) => {
        list.children[active]?.setAttribute("aria-selected", "false");
        active = at;
        const option = list.children[at];
        option?.setAttribute("aria-selected", "true");
        option?.scrollIntoView({ block: "nearest" });
        say("aria-activedescendant", option?.id ?? "");
    };
    const show = (results) => {
        select(-1);
        list.replaceChildren(...results.map((thing, at) => {
            const option = make("li", "", { id: `suggestion-${at}`, role: "option", "aria-selected": "false", "data-url": thing.url });
            const about = [thing.kind_label[lang], thing.within?.label[lang]].filter(Boolean).join(" · ");
            option.append(thing.label[lang], " ", make("small", thing.label[other], { lang: other }), make("small", about));
            return option;
        }));
        list.hidden = !results.length;
        say("aria-expanded", !list.hidden);
    };
    const close = () => {
        clearTimeout(waiting);
        request?.abort();
        show([]);
    };
    const ask = async (q) => {
        request?.abort();
        request = new AbortController();
        const asked = new URLSearchParams({ q, format: "json", limit: 8, lang });
        const answer = await fetch(`${form.action}?${asked}`, { signal: request.signal });
        const { results } = answer.ok ? await answer.json() : { results: [] };
        show(results);
        status.textContent = form.dataset.found.replace("{count}", results.length);
    };
    const go = ({ dataset }) => {
        const { pathname, search, hash } = new URL(dataset.url);
        location.href = pathname + search + hash;
    };

    show([]);
    input.addEventListener("focus", () => fetch(`${form.action}?format=json`).catch(() => {}), { once: true }); // has the index made
    input.addEventListener("input", () => {
        clearTimeout(waiting);
        const q = input.value.trim();
        if (q) waiting = setTimeout(() => ask(q).catch(() => {}), 150);
        else close();
    });
    input.addEventListener("keydown", (event) => {
        const most = list.children.length;
        if (event.isComposing || !most) return;
        if (event.key === "Escape") close();
        else if (event.key === "Enter" && active >= 0) go(list.children[active]);
        else if (event.key === "ArrowDown") select(active + 1 < most ? active + 1 : -1);
        else if (event.key === "ArrowUp") select(active < 0 ? most - 1 : active - 1);
        else return;
        event.preventDefault();
    });
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("li");
        if (option && !event.button) go(option);
    });
}
