// Elements from what they are made of. Text goes in as text, never as markup.

/** @typedef {Record<string, string | number | boolean | ((event: any) => void) | undefined>} Attributes */

/**
 * @param {Element} element
 * @param {Attributes} attributes `onclick` and the like are listeners; `true` is an attribute without a value; false, undefined: none
 * @param {(Node | string)[]} children
 */
function made(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") element.addEventListener(name.slice(2), value);
        else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...children);
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    made(element, attributes, children);
    return element;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function svg(tag, attributes = {}, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    made(element, attributes, children);
    return element;
}
