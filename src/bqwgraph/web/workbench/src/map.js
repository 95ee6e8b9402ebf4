// The answer as a map: its points and the places that it names, over the seats of all towns. Schematic: no outlines, no tiles.

import { point } from "./answer.js";
import { el, svg } from "./dom.js";
import { nameOf } from "./table.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {{longitude: number, latitude: number}} Point */
/** @typedef {{iri: string, name: string}} Named */
/** @typedef {Point & Named & {seat: Named | null}} Spot `seat`: the town at whose seat it is counted */

const MOST = 3000, LISTED = 500;
const WIDEST = 800, TALLEST = 620;

/**
 * @param {Answer} answer
 * @param {string} base
 */
function placesOf({ rows }, base) {
    const start = `${base}place/`;
    const found = rows.flatMap((row) => Object.values(row)).flatMap((term) => (term?.type === "uri" && term.value.startsWith(start) ? [term.value] : []));
    return [...new Set(found)];
}

/**
 * Whether there is anything to put on a map.
 * @param {Answer} answer
 * @param {string} base
 */
export const maps = (answer, base) =>
    answer.rows.some((row) => Object.values(row).some((term) => point(term))) || placesOf(answer, base).length > 0;

/**
 * @param {Answer} answer
 * @param {import("./page.js").Page} page
 * @param {import("./asking.js").Endpoint} endpoint
 */
export async function map(answer, page, endpoint) {
    const places = placesOf(answer, page.base).slice(0, MOST);
    const [rows, ground] = await Promise.all([places.length > 0 ? endpoint.points(places) : [], endpoint.ground()]);
    /** @type {Spot[]} */
    const spots = rows.flatMap(({ r, at, wkt, zh = "", en = "", at_zh = "", at_en = "" }) => {
        const where = point(wktOf(wkt)), seat = at === r ? null : { iri: at, name: nameOf(at, { zh: at_zh, en: at_en }, page) };
        return where ? [{ ...where, iri: r, seat, name: nameOf(r, { zh, en }, page) }] : [];
    });
    spots.push(...given(answer, spots, page));
    if (spots.length === 0) return el("p", { class: "notice" }, page.say("map_none"));
    const known = new Set(spots.map(({ iri }) => iri));
    const seats = spots.filter(({ seat }) => seat !== null).length, missing = places.filter((iri) => !known.has(iri)).length;
    const notes = [
        ...(seats > 0 ? [page.say("map_seats", { count: page.count(seats) })] : []),
        ...(missing > 0 ? [page.say("map_missing", { count: page.count(missing) })] : []),
    ];
    const towns = ground.flatMap(({ wkt }) => point(wktOf(wkt)) ?? []);
    const list = spots.slice(0, LISTED).map((spot) => {
        const where = spot.seat ? spot.seat.name : `${spot.latitude.toFixed(3)}, ${spot.longitude.toFixed(3)}`;
        return el("li", {}, link(spot, page), " ", el("small", {}, where));
    });
    const open = matchMedia("(min-width: 56rem)").matches;
    return el(
        "figure",
        { class: "map" },
        drawn(spots, uncovered(towns, spots), page, Math.min(WIDEST, document.getElementById("result")?.clientWidth || WIDEST)),
        el("figcaption", {}, [page.say("map_schematic"), ...notes].join(page.lang === "en" ? " " : "")),
        el("details", { open }, el("summary", {}, page.say("map_list", { count: page.count(spots.length) })), el("ul", { class: "spots" }, ...list)),
    );
}

/**
 * @param {Point[]} towns
 * @param {Spot[]} spots
 */
function uncovered(towns, spots) {
    const taken = new Set(spots.map(({ longitude, latitude }) => `${longitude} ${latitude}`));
    return towns.filter(({ longitude, latitude }) => !taken.has(`${longitude} ${latitude}`));
}

/** @param {string} value */
const wktOf = (value) => ({ type: /** @type {const} */ ("literal"), value, datatype: "http://www.opengis.net/ont/geosparql#wktLiteral" });

/**
 * The points that the answer itself gives, but those of places that are there already.
 * @param {Answer} answer
 * @param {Spot[]} spots
 * @param {import("./page.js").Page} page
 * @returns {Spot[]}
 */
function given({ rows }, spots, page) {
    const taken = new Set(spots.map(({ longitude, latitude }) => `${longitude} ${latitude}`));
    return rows.flatMap((row) => {
        const terms = Object.values(row);
        const where = terms.map(point).find((found) => found !== null);
        if (!where || taken.has(`${where.longitude} ${where.latitude}`)) return [];
        const iri = terms.find((term) => term?.type === "uri")?.value ?? "";
        const text = terms.find((term) => term?.type === "literal" && !point(term))?.value;
        return [{ ...where, iri, seat: null, name: text ?? (iri ? nameOf(iri, undefined, page) : `${where.latitude}, ${where.longitude}`) }];
    });
}

/**
 * @param {Spot} spot
 * @param {import("./page.js").Page} page
 */
function link({ iri, name }, page) {
    const href = iri && page.href(iri);
    return href ? el("a", { href }, name) : name;
}

/**
 * @param {Spot[]} spots
 * @param {Point[]} ground
 * @param {import("./page.js").Page} page
 * @param {number} width
 */
function drawn(spots, ground, page, width) {
    const all = [...spots, ...ground];
    const west = Math.min(...all.map(({ longitude }) => longitude)), east = Math.max(...all.map(({ longitude }) => longitude));
    const south = Math.min(...all.map(({ latitude }) => latitude)), north = Math.max(...all.map(({ latitude }) => latitude));
    const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180), margin = width > 600 ? 46 : 28;
    const scale = Math.min((width - 2 * margin) / Math.max((east - west) * squeeze, 0.05), (TALLEST - 2 * margin) / Math.max(north - south, 0.05));
    const height = Math.round((north - south) * scale + 2 * margin), left = (width - (east - west) * squeeze * scale) / 2;
    const x = (/** @type {Point} */ at) => left + (at.longitude - west) * squeeze * scale;
    const y = (/** @type {Point} */ at) => margin + (north - at.latitude) * scale;
    const dots = ground.map((at) => svg("circle", { cx: x(at).toFixed(1), cy: y(at).toFixed(1), r: 3, class: "ground" }));
    const groups = grouped(spots);
    const most = Math.max(...groups.map(({ length }) => length));
    /** @type {{x: number, y: number, width: number}[]} */
    const written = [];
    const labels = /** @type {SVGElement[]} */ ([]);
    const small = width > 600 ? 1 : 0.65;
    const marks = groups.map((group) => {
        const first = group[0], whole = group.length > 1 ? (group.find(({ seat }) => seat !== null)?.seat ?? null) : null;
        const radius = small * Math.min(6.5, 20 / Math.sqrt(most)) * Math.sqrt(group.length); // areas are as the numbers
        const more = group.length > 5 ? "…" : "";
        const names = group.slice(0, 5).map(({ name }) => name).join(page.lang === "en" ? ", " : "、") + more;
        const title = whole ? `${whole.name}${page.lang === "en" ? ": " : "："}${names}` : names;
        const label = group.length === 1 ? first.name : `${whole ? `${whole.name} ` : ""}${page.count(group.length)}`;
        const breadth = 7.6 * [...label].reduce((sum, one) => sum + (one > "\u2e80" ? 1.8 : 1), 0);
        const place = { x: x(first) + radius + 3, y: y(first) + 5, width: breadth };
        const free = written.every((other) => Math.abs(other.y - place.y) > 15 || place.x > other.x + other.width || other.x > place.x + place.width);
        const clear = groups.every((other) => other === group || Math.abs(y(other[0]) - y(first)) > 11 || x(other[0]) < x(first) || x(other[0]) > place.x + breadth + 6);
        if (free && clear && place.x + breadth < width) {
            written.push(place);
            labels.push(svg("text", { x: place.x.toFixed(1), y: place.y.toFixed(1) }, label));
        }
        const circle = svg("circle", { cx: x(first).toFixed(1), cy: y(first).toFixed(1), r: radius.toFixed(1), class: "spot" }, svg("title", {}, title));
        const iri = whole?.iri ?? first.iri, href = iri && page.href(iri);
        return href ? svg("a", { href, "aria-label": title }, circle) : circle;
    });
    return svg(
        "svg",
        { class: "picture", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": page.say("map_said", { count: page.count(spots.length) }) },
        ...dots,
        ...marks,
        svg("g", { class: "labels", "aria-hidden": "true" }, ...labels),
        ruler(scale, width, height, page),
    );
}

/**
 * Those that stand at one point together; the largest groups first, so that they do not cover the others.
 * @param {Spot[]} spots
 */
function grouped(spots) {
    /** @type {Map<string, Spot[]>} */
    const groups = new Map();
    for (const spot of spots) {
        const key = `${spot.longitude} ${spot.latitude}`;
        groups.set(key, [...(groups.get(key) ?? []), spot]);
    }
    return [...groups.values()].sort((one, two) => two.length - one.length);
}

/**
 * @param {number} scale units a degree of latitude
 * @param {number} width
 * @param {number} height
 * @param {import("./page.js").Page} page
 */
function ruler(scale, width, height, page) {
    const kilometre = scale / 111.2;
    const long = [200, 100, 50, 20, 10, 5, 2, 1].find((length) => length * kilometre < width / 4) ?? 1;
    const [from, to, y] = [14, 14 + long * kilometre, height - 14];
    return svg(
        "g",
        { class: "ruler", "aria-hidden": "true" },
        svg("path", { d: `M${from} ${y - 5}V${y}H${to.toFixed(1)}V${y - 5}` }),
        svg("text", { x: from + 4, y: y - 8 }, page.say("map_scale", { length: long })),
    );
}
