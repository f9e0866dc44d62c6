"""All the JavaScript that is run on other people's pages: it looks at what is shown, and hides it.

It runs in a world of its own (Chrome DevTools Protocol, `Page.createIsolatedWorld`): it shares the
page's elements and none of its variables. Each of these is one function; nothing is put into its
text. `tests/bot/test_no_peeking.py` holds this file to what a player can see.
"""

from __future__ import annotations

LOOK = """
wanted => {
  const shown = e => {
    const b = e.getBoundingClientRect();
    return b.width > 0 && b.height > 0
      && e.checkVisibility({visibilityProperty: true, opacityProperty: true});
  };
  const angle = e => {
    const style = getComputedStyle(e).transform;
    if (style && style !== 'none') {
      const m = new DOMMatrixReadOnly(style);
      return Math.atan2(m.b, m.a) * 180 / Math.PI;
    }
    const drawn = /rotate\\(\\s*(-?[\\d.]+)/.exec(e.getAttribute('transform') ?? '');
    return drawn ? Number(drawn[1]) % 360 : null;
  };
  // Often it is the needle inside that is turned.
  const turned = e => {
    const angles = [e, ...e.querySelectorAll('*')].map(angle).filter(a => a !== null);
    return angles.find(a => a !== 0) ?? angles[0] ?? null;
  };
  const named = e => e.localName + (e.id ? '#' + e.id : '')
    + (typeof e.className === 'string' && e.className ? '.' + e.className.split(' ')[0] : '');
  const cover = (e, b) => {
    const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);
    return !top ? 'the edge of the window' : e.contains(top) || top.contains(e) ? '' : named(top);
  };
  return wanted.map(([selector, words]) => {
    const said = e => !words || new RegExp(words, 'i').test(e.innerText ?? '');
    const e = [...document.querySelectorAll(selector)].find(e => shown(e) && said(e));
    if (!e) return null;
    const b = e.getBoundingClientRect();
    return {
      box: [b.left, b.top, b.width, b.height],
      text: e.innerText ?? '',
      turned: turned(e),
      cover: cover(e, b),
      enabled: !e.disabled && e.ariaDisabled !== 'true',
    };
  });
}
"""

TILES = """
selector => [...document.querySelectorAll(selector)]
  .filter(e => e.localName === 'img' && e.complete && e.naturalWidth
    && e.checkVisibility({visibilityProperty: true}))
  .map(e => {
    const b = e.getBoundingClientRect();
    return [e.src, [b.left, b.top, b.width, b.height]];
  })
"""
"""Pictures of a map, as the browser's own "open image in new tab" names them."""

SCROLL = """
selector => document.querySelector(selector)?.scrollIntoView({block: 'center', inline: 'center'})
"""

FOCUS = "selector => document.querySelector(selector)?.focus()"

WINDOW = "() => [innerWidth, innerHeight]"

COUNT = "selectors => selectors.map(s => document.querySelectorAll(s).length)"

WORDS = "() => document.body?.innerText ?? ''"

HIDE = """
css => {
  const style = document.createElement('style');
  style.id = 'homing-picture';
  style.textContent = css;
  document.getElementById(style.id)?.remove();
  document.documentElement.append(style);
}
"""

SHOW = "() => document.getElementById('homing-picture')?.remove()"

PAINTED = (
    "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))"
)
