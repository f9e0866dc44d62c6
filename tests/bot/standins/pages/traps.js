// Runs first. The truth lies about as it does on real pages; whoever reaches for it is recorded.
// The site's own scripts use what is kept in `own`, so only strangers spring a trap.
const own = {
  fetch: window.fetch.bind(window),
  WebSocket: window.WebSocket,
  sprung: [],
};
{
  const spring = name => {
    own.sprung.push(name);
    own.fetch('/sprung?trap=' + encodeURIComponent(name), {method: 'POST', keepalive: true});
  };
  const trap = (object, key, name = key) => Object.defineProperty(object, key, {
    configurable: true,
    get() { spring(name); return own.truth; },
  });
  for (const name of ['__NEXT_DATA__', '__game', 'google', 'game', '__INITIAL_STATE__']) trap(window, name);
  const wrap = (object, key, name = key) => {
    const old = object[key];
    object[key] = function (...rest) { spring(name); return old.apply(this, rest); };
  };
  wrap(window, 'fetch');
  wrap(performance, 'getEntries');
  wrap(performance, 'getEntriesByType');
  wrap(Storage.prototype, 'getItem');
  wrap(XMLHttpRequest.prototype, 'open', 'XMLHttpRequest');
  window.WebSocket = new Proxy(own.WebSocket, {construct(w, args) { spring('WebSocket'); return new w(...args); }});
  trap(Document.prototype, 'cookie');
  const dataset = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'dataset').get;
  Object.defineProperty(HTMLElement.prototype, 'dataset', {get() { spring('dataset'); return dataset.call(this); }});
  const attribute = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function (name) {
    if (name.startsWith('data-l')) spring('attribute ' + name);
    return attribute.call(this, name);
  };
  for (const key of ['innerHTML', 'outerHTML']) {
    const old = Object.getOwnPropertyDescriptor(Element.prototype, key);
    Object.defineProperty(Element.prototype, key, {...old, get() { spring(key); return old.get.call(this); }});
  }
  // React's own pointers from elements to its state.
  own.plant = (element, truth) => {
    own.truth = truth;
    element.setAttribute('data-lat', truth.lat);
    element.setAttribute('data-lng', truth.lng);
    if (!Object.keys(element).length) {
      trap(element, '__reactFiber$x1y2', 'fiber');
      trap(element, '__reactProps$x1y2', 'props');
    }
  };
}
