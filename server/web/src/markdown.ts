// Markdown as an experimenter writes it, made into elements one by one: text never becomes HTML.

const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+/;
const INLINE = /\*\*(.+?)\*\*|\*(.+?)\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)/g;
const SAFE_LINK = /^(https?:\/\/|mailto:)/i;

/** Headings, paragraphs, lists, bold, italics, code and links to the web; the rest stays text. */
export function markdown(source: string): HTMLElement[] {
  return source
    .replace(/\r\n?/g, "\n")
    .split(/\n\s*\n/)
    .flatMap((block) => blocks(block.split("\n").filter((line) => line.trim() !== "")));
}

/** A block's lines: a heading ends with its line, a list begins with its first item. */
function blocks(lines: string[]): HTMLElement[] {
  const first = lines[0];
  if (first === undefined) return [];
  const heading = /^(#{1,4})\s+(.*)$/.exec(first);
  if (heading) return [heading_(heading[1]?.length ?? 1, heading[2] ?? ""), ...blocks(lines.slice(1))];
  if (ITEM.test(first)) return [list(lines)];
  const at = lines.findIndex((line) => ITEM.test(line) || /^#{1,4}\s/.test(line));
  const own = at < 0 ? lines : lines.slice(0, at);
  return [filled("p", own.join(" ")), ...(at < 0 ? [] : blocks(lines.slice(at)))];
}

/** The page has its own title: a text's first level is the page's second. */
function heading_(level: number, text: string): HTMLElement {
  return filled(`h${Math.min(level + 1, 5)}`, text);
}

function list(lines: string[]): HTMLElement {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  const element = document.createElement(/^\s*\d/.test(lines[0] ?? "") ? "ol" : "ul");
  element.append(...items.map((item) => filled("li", item)));
  return element;
}

function filled(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.append(...inline(text));
  return element;
}

function inline(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(at, match.index), span(match));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

function span([whole, bold, italic, code, label, address]: RegExpMatchArray): Node | string {
  if (bold !== undefined) return filled("strong", bold);
  if (italic !== undefined) return filled("em", italic);
  if (code !== undefined) return plain("code", code);
  if (label === undefined || address === undefined || !SAFE_LINK.test(address)) return whole;
  const link = plain("a", label) as HTMLAnchorElement;
  Object.assign(link, { href: address, rel: "noopener noreferrer", target: "_blank" });
  return link;
}

function plain(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
