// What goes wrong on real pages, each switchable: `drills` is an object of names, from the server.
const make = (tag, attributes = {}, ...children) => {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  e.append(...children);
  return e;
};

// A chance of its own, so that a seed gives the same mishaps.
const dice = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const COVER = 'position:fixed;z-index:90;background:#fffe;padding:20px;border:2px solid #333;';

const cookieBanner = (id, closer) => {
  const button = make('button', {id: closer}, 'Necessary only');
  const banner = make('div', {id, style: COVER + 'left:0;right:0;bottom:0;height:90px'},
    'We and our 842 partners value your privacy. ', button);
  button.onclick = () => banner.remove();
  document.body.append(banner);
};

const modal = (attributes, closer, words) => {
  const back = make('div', {...attributes, style: 'position:fixed;inset:0;z-index:95;background:#0009'});
  const close = make('button', closer, words);
  back.append(make('div', {style: COVER + 'left:30%;top:30%;width:40%;height:30%'},
    make('h2', {}, 'Track your progress'), close));
  // As in reality it takes a moment to go.
  close.onclick = () => setTimeout(() => back.remove(), 250);
  document.body.append(back);
};

// An advert right on a button: it goes by itself.
const advertOver = (element, attributes, ms) => {
  const b = element.getBoundingClientRect();
  const advert = make('ins', {...attributes,
    style: COVER + `left:${b.left - 30}px;top:${b.top - 30}px;width:${b.width + 60}px;height:${b.height + 60}px`},
    'Buy a globe');
  document.body.append(advert);
  setTimeout(() => advert.remove(), ms);
};
