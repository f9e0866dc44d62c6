// The pictures of players in studies, by number: a colour and a sign, the same for everybody.

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = [
  "M24 10 36 34H12Z",
  "M24 9 38 24 24 39 10 24Z",
  "m24 9 4.200 9.800 10.600.9-8 7 2.400 10.400L24 31.600l-9.200 5.500 2.400-10.400-8-7 10.600-.9Z",
  "M10 19q7-8 14 0t14 0M10 30q7-8 14 0t14 0",
  "M16 10h16l8 14-8 14H16L8 24Z",
  "M28 9a16 16 0 1 0 10 24A14 14 0 0 1 28 9Z",
];

export function avatar(number: number): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  set(svg, { viewBox: "0 0 48 48", class: "avatar", "aria-hidden": "true" });
  const hue = (number * 30) % 360;
  svg.append(
    set(document.createElementNS(SVG, "circle"), { cx: 24, cy: 24, r: 24, fill: `hsl(${hue} 45% 30%)` }),
    set(document.createElementNS(SVG, "path"), {
      d: SIGNS[number % SIGNS.length] ?? "",
      fill: number % SIGNS.length === 3 ? "none" : `hsl(${hue} 80% 76%)`,
      stroke: `hsl(${hue} 80% 76%)`,
      "stroke-width": 3.5,
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
      transform: "translate(24 24) scale(.72) translate(-24 -24)",
    }),
  );
  return svg;
}

function set<T extends Element>(element: T, attributes: Record<string, string | number>): T {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
