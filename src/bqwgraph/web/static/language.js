// Remembers the language in which a reader asked for a page, for addresses that name none. Loaded before the page is drawn.
(() => {
    const asked = new URLSearchParams(location.search).get("lang");
    const shown = document.documentElement.lang;
    try {
        if (asked === shown) {
            localStorage.setItem("lang", asked);
            return;
        }
        const chosen = localStorage.getItem("lang");
        if (!asked && chosen && chosen !== shown && /^(zh-Hans|en)$/.test(chosen)) {
            const there = new URL(location.href);
            there.searchParams.set("lang", chosen);
            location.replace(there);
        }
    } catch {
        // No storage is allowed: then every address has to name its language.
    }
})();
