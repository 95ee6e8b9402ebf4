// The answer as bars: one a row, named by one column and as long as another says.

import { nameColumns, numberColumns } from "./answer.js";
import { el, svg } from "./dom.js";
import { nameOf } from "./table.js";

/** @typedef {import("./answer.js").Answer} Answer */

const MOST = 60;
const BAR = 26;

/** @param {Answer} answer whether it has a column of numbers and one of names */
export const charts = (answer) => answer.rows.length > 0 && numberColumns(answer).length > 0 && nameColumns(answer, "").length > 0;

/**
 * @param {Answer} answer
 * @param {import("./page.js").Page} page
 * @param {import("./asking.js").Endpoint} endpoint
 */
export function chart(answer, page, endpoint) {
    const numbers = numberColumns(answer), names = nameColumns(answer, page.lang);
    const rows = answer.rows.slice(0, MOST);
    const picture = el("div", { class: "bars" });
    const choose = (/** @type {string} */ label, /** @type {string[]} */ columns) =>
        el("label", {}, `${page.say(label)} `, el("select", { onchange: () => draw() }, ...columns.map((name) => el("option", {}, name))));
    const [byName, byNumber] = [choose("chart_names", names), choose("chart_numbers", numbers)];
    /** @type {Map<string, import("./asking.js").Names>} */
    let known = new Map();

    const draw = () => {
        const name = byName.querySelector("select")?.value ?? "", number = byNumber.querySelector("select")?.value ?? "";
        const bars = rows.map((row) => ({
            name: row[name]?.type === "uri" ? nameOf(row[name].value, known.get(row[name].value), page) : (row[name]?.value ?? "–"),
            value: Number(row[number]?.value ?? NaN),
        }));
        picture.replaceChildren(drawn(bars, picture.clientWidth || 640, page, number));
    };

    const iris = rows.flatMap((row) => names.flatMap((name) => (row[name]?.type === "uri" ? [row[name].value] : [])));
    if (iris.length > 0) {
        endpoint.names(iris).then((found) => {
            known = found;
            draw();
        }, () => undefined);
    }
    new ResizeObserver(draw).observe(picture);
    const cut = answer.rows.length > MOST ? [el("p", { class: "notice" }, page.say("chart_cut", { first: MOST, count: page.count(answer.rows.length) }))] : [];
    return el("div", {}, el("p", { class: "choices" }, byName, byNumber), ...cut, picture);
}

/**
 * @param {{name: string, value: number}[]} bars
 * @param {number} width
 * @param {import("./page.js").Page} page
 * @param {string} column
 */
function drawn(bars, width, page, column) {
    const most = Math.max(0, ...bars.map(({ value }) => value).filter(Number.isFinite));
    const least = Math.min(0, ...bars.map(({ value }) => value).filter(Number.isFinite));
    const room = Math.min(width * 0.4, 14 * Math.max(2, ...bars.map(({ name }) => breadth(name))) + 12);
    const end = 76, scale = (width - room - end) / (most - least || 1), zero = room - least * scale;
    const groups = bars.map(({ name, value }, index) => {
        const y = index * BAR, long = Number.isFinite(value) ? value * scale : 0;
        const from = Math.min(zero, zero + long);
        return svg(
            "g",
            {},
            svg("text", { x: room - 8, y: y + 17, "text-anchor": "end" }, shortened(name, Math.floor((room - 12) / 14))),
            svg("rect", { x: from, y: y + 5, width: Math.max(1, Math.abs(long)), height: BAR - 10, class: "bar" }),
            svg("text", { x: Math.max(zero, zero + long) + 6, y: y + 17, class: "value" }, Number.isFinite(value) ? page.count(value) : "–"),
            svg("title", {}, `${name}: ${Number.isFinite(value) ? value : "–"}`),
        );
    });
    const height = bars.length * BAR;
    const said = page.say("chart_said", { column, bars: bars.map(({ name, value }) => `${name} ${value}`).join(page.lang === "en" ? "; " : "；") });
    return svg(
        "svg",
        { class: "chart", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said },
        ...groups,
        svg("line", { x1: zero, x2: zero, y1: 0, y2: height, class: "axis" }),
    );
}

/** @param {string} text its breadth in Chinese characters */
const breadth = (text) => [...text].reduce((sum, one) => sum + (/\p{Script=Han}/u.test(one) ? 1 : 0.58), 0);

/**
 * @param {string} text
 * @param {number} most in Chinese characters
 */
function shortened(text, most) {
    if (breadth(text) <= most) return text;
    let kept = "";
    for (const one of text) {
        if (breadth(`${kept}${one}…`) > most) break;
        kept += one;
    }
    return `${kept.trimEnd()}…`;
}
