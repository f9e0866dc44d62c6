// Scripts of the sites that the person has switched on: registered with their consent, not before.
import { readSettings } from "./settings";
import { OTHER_SITES, type OtherSite } from "./sites/catalogue";

/** What is registered becomes what has consent and Chromium's permission. */
export async function syncSites(): Promise<void> {
  const { consents } = await readSettings();
  const there = new Set((await chrome.scripting.getRegisteredContentScripts()).map((one) => one.id));
  for (const site of OTHER_SITES) {
    const wanted = consents.includes(site.name) && (await chrome.permissions.contains({ origins: site.matches }));
    const ids = scripts(site).map((one) => one.id);
    if (wanted && !there.has(site.name)) await chrome.scripting.registerContentScripts(scripts(site));
    if (!wanted && there.has(site.name)) await chrome.scripting.unregisterContentScripts({ ids });
  }
}

function scripts({ name, matches }: OtherSite): chrome.scripting.Registered[] {
  return [
    { id: name, matches, js: ["companion.js"], runAt: "document_idle" },
    { id: `${name}-canvas`, matches, js: ["canvas.js"], runAt: "document_start", world: "MAIN" },
  ];
}
