// Distances in five steps, those by which geolocation is measured, each with a colour in CSS.

/** Upper ends in km: street and city, region, country, continent; beyond them, `more`. */
const STEPS_KM = [25, 200, 750, 2500];

export type Farness = "25" | "200" | "750" | "2500" | "more";

export function farness(km: number): Farness {
  return (STEPS_KM.find((step) => km <= step)?.toString() ?? "more") as Farness;
}

export const LEGEND: [Farness, string][] = [
  ["25", "under 25 km"],
  ["200", "200"],
  ["750", "750"],
  ["2500", "2,500"],
  ["more", "further"],
];
