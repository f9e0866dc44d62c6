// The sites besides the arena: what is asked for when a person switches one on.

export interface OtherSite {
  name: string;
  title: string;
  matches: string[];
  /** What its terms say, for the options page. */
  terms: string;
}

export const OTHER_SITES: OtherSite[] = [
  {
    name: "geoguessr",
    title: "GeoGuessr",
    matches: ["https://www.geoguessr.com/*"],
    terms:
      "GeoGuessr's Community Rules call third-party software used to gain an unfair advantage over other players cheating; accounts are banned for it. Here it helps only in classic games that you play alone.",
  },
  {
    name: "worldguessr",
    title: "WorldGuessr",
    matches: ["https://www.worldguessr.com/*"],
    terms:
      "WorldGuessr's rating counts games between people. Here it helps only in single-player games.",
  },
];
