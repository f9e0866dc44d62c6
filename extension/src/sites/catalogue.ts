// The sites besides the arena: what is asked for when a person switches one on.
import type { Described } from "../description";

export interface OtherSite {
  name: string;
  title: string;
  matches: string[];
  /** What its terms say, for the options page. */
  terms: string;
  /** What is switched on there. */
  does: string;
}

const OTHER_SITES: OtherSite[] = [
  {
    name: "geoguessr",
    title: "GeoGuessr",
    matches: ["https://www.geoguessr.com/*"],
    terms:
      "GeoGuessr's Community Rules call third-party software used to gain an unfair advantage over other players cheating; accounts are banned for it. Here it helps only in classic games that you play alone, and never places a pin.",
    does: "Assist on GeoGuessr",
  },
  {
    name: "worldguessr",
    title: "WorldGuessr",
    matches: ["https://www.worldguessr.com/*"],
    terms:
      "WorldGuessr's rating counts games between people. Here it helps and plays only in single-player games.",
    does: "Assist and play on WorldGuessr",
  },
];

/** Those above, and those that the person has described. */
export function otherSites(described: Described[]): OtherSite[] {
  return [...OTHER_SITES, ...described.map(({ origin }) => asSite(origin))];
}

function asSite(origin: string): OtherSite {
  const name = new URL(origin).hostname;
  return {
    name,
    title: name,
    matches: [`https://${name}/*`],
    terms: "Known by your description only. Read what the site's own terms say about software that plays.",
    does: `Assist and play on ${name}`,
  };
}
