// Scripts of the sites that the person has switched on: registered with their consent, not before.
import { readSettings } from "./settings";
import { otherSites, type OtherSite } from "./sites/catalogue";

/** What is registered becomes what has consent and Chromium's permission. */
export async function syncSites(): Promise<void> {
  const { consents, described } = await readSettings();
  const wanted: chrome.scripting.Registered[] = [];
  for (const site of otherSites(described))
    if (consents.includes(site.name) && (await chrome.permissions.contains({ origins: site.matches }))) wanted.push(...scripts(site));
  const there = (await chrome.scripting.getRegisteredContentScripts()).map((one) => one.id);
  const gone = there.filter((id) => !wanted.some((one) => one.id === id));
  const fresh = wanted.filter(({ id }) => !there.includes(id));
  if (gone.length > 0) await chrome.scripting.unregisterContentScripts({ ids: gone });
  if (fresh.length > 0) await chrome.scripting.registerContentScripts(fresh);
}

function scripts({ name, matches }: OtherSite): chrome.scripting.Registered[] {
  return [
    { id: name, matches, js: ["companion.js"], runAt: "document_idle" },
    { id: `${name}-canvas`, matches, js: ["canvas.js"], runAt: "document_start", world: "MAIN" },
  ];
}
